import Foundation

/// The regularised incomplete beta function Iₓ(a, b): the distribution function of the beta
/// distribution, from which exact statements about binomial counts follow.
///
/// By the continued fraction of DLMF 8.17.22, evaluated with Lentz's method.
enum IncompleteBeta {
  /// The accuracy of the continued fraction, and the smallest number that stands for zero in it.
  private static let (accuracy, tiny) = (1e-15, 1e-300)

  /// Iₓ(a, b).
  ///
  /// - Precondition: a and b are positive, and 0 ≤ x ≤ 1.
  static func value(_ a: Double, _ b: Double, at x: Double) -> Double {
    precondition(a > 0 && b > 0 && (0...1).contains(x), "I(\(a), \(b)) at \(x)")
    if x == 0 || x == 1 { return x }
    // The fraction converges fast on the left of the mean only.
    if x > (a + 1) / (a + b + 2) { return 1 - value(b, a, at: 1 - x) }
    let logFront = a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)
    return exp(logFront) / a / fraction(a, b, x)
  }

  /// The x with Iₓ(a, b) = p, by bisection, which nothing can lead astray.
  ///
  /// - Precondition: a and b are positive, and 0 ≤ p ≤ 1.
  static func quantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    if p <= 0 { return 0 }
    if p >= 1 { return 1 }
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return middle }
      if value(a, b, at: middle) < p { low = middle } else { high = middle }
    }
  }

  /// The continued fraction 1 + d₁ / (1 + d₂ / (1 + …)).
  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    func coefficient(_ index: Int) -> Double {
      let m = Double(index / 2)
      return index.isMultiple(of: 2)
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    }
    func notZero(_ number: Double) -> Double { abs(number) < tiny ? tiny : number }
    var (result, c, d) = (1.0, 1.0, 0.0)
    // It takes about as many terms as the root of the larger parameter.
    for index in 1...1_000_000 {
      let term = coefficient(index)
      d = 1 / notZero(1 + term * d)
      c = notZero(1 + term / c)
      result *= c * d
      if abs(c * d - 1) < accuracy { break }
    }
    return result
  }
}
