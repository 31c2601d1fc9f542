/// What counts of successes say about the probability of a success, exactly and without approximating
/// the binomial distribution.
public enum BinomialStatements {
  /// The lower end of the one-sided interval of Clopper and Pearson 1934, “The use of confidence or
  /// fiducial limits illustrated in the case of the binomial”.
  ///
  /// Whatever the probability is, the bound exceeds it with a chance of at most `alpha`.
  ///
  /// - Precondition: 0 ≤ successes ≤ trials, trials > 0 and 0 < alpha < 1.
  public static func lowerBound(successes: Int, of trials: Int, alpha: Double) -> Double {
    precondition(trials > 0 && (0...trials).contains(successes), "\(successes) of \(trials)")
    precondition(alpha > 0 && alpha < 1, "α = \(alpha)")
    if successes == 0 { return 0 }
    return IncompleteBeta.quantile(alpha, Double(successes), Double(trials - successes + 1))
  }

  /// The two-sided p-value of the hypothesis that a coin is fair.
  ///
  /// - Precondition: 0 ≤ heads ≤ tosses.
  public static func chanceOfFairCoin(heads: Int, of tosses: Int) -> Double {
    precondition((0...max(tosses, 0)).contains(heads), "\(heads) of \(tosses)")
    let more = max(heads, tosses - heads)
    if 2 * more == tosses { return 1 }
    // P(X ≥ k) for X of Bin(n, ½) is I_½(k, n − k + 1).
    return min(1, 2 * IncompleteBeta.value(Double(more), Double(tosses - more + 1), at: 0.5))
  }
}
