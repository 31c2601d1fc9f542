import ThreatModels

/// A share of samples with Wilson's 95 % interval.
///
/// Wilson 1927, “Probable inference, the law of succession, and statistical inference”. Unlike the
/// textbook's p ± 1.96·√(p(1−p)/n) it is of use near 0 and 1 and for few samples.
public struct Proportion: Hashable, Codable, Sendable {
  /// How many samples have the property.
  public let count: Int
  /// Of how many.
  public let total: Int
  /// count / total, 0…1.
  public let value: Double
  /// The lower end of the interval, 0…1.
  public let low: Double
  /// The upper end of the interval, 0…1.
  public let high: Double

  /// A share.
  ///
  /// - Precondition: 0 ≤ count ≤ total and total > 0.
  public init(_ count: Int, of total: Int) {
    precondition(total > 0 && (0...total).contains(count), "\(count) of \(total)")
    self.count = count
    self.total = total
    value = Double(count) / Double(total)
    let ends = Self.interval(count, of: total, quantile: Self.normalQuantile)
    (low, high) = (ends.lowerBound, ends.upperBound)
  }

  /// An interval wide enough that, at 95 %, those of all of several shares hold at once: Bonferroni's.
  ///
  /// The best of several looks better than it is, and its own interval holds too seldom.
  ///
  /// - Parameter count: how many shares were looked at, this one among them.
  /// - Precondition: at least one.
  public func interval(asOneOf count: Int) -> ClosedRange<Double> {
    precondition(count > 0, "one of \(count)")
    let quantile =
      count == 1 ? Self.normalQuantile : -NormalDistribution.quantile(0.025 / Double(count))
    return Self.interval(self.count, of: total, quantile: quantile)
  }

  private static func interval(
    _ count: Int, of total: Int, quantile z: Double
  ) -> ClosedRange<Double> {
    let n = Double(total)
    let share = Double(count) / n
    let scale = 1 + z * z / n
    let center = (share + z * z / (2 * n)) / scale
    let half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    // At 0 and 1 the formula's ends are exact; arithmetic would leave them off by a rounding error.
    return (count == 0 ? 0 : max(0, center - half))...(count == total ? 1 : min(1, center + half))
  }

  /// Whether value and interval are those of the counts.
  ///
  /// A share from a file has not been through an initialiser that sees to it.
  public var isSound: Bool {
    total > 0 && (0...total).contains(count) && Self(count, of: total) == self
  }

  /// The 97.5 % quantile of the standard normal distribution.
  private static let normalQuantile = 1.959963984540054
}
