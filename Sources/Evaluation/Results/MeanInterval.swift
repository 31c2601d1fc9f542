/// A mean of independent numbers with Student's 95 % interval.
///
/// The interval is mean ± t·s/√n, where s is the standard deviation with n − 1 in its denominator
/// and t the 97.5 % quantile for n − 1 degrees of freedom. It supposes numbers that are about normal
/// or many.
public struct MeanInterval: Hashable, Codable, Sendable {
  /// How many numbers there are.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// Half the width of the interval; nothing for a single number, which says nothing of others.
  public let halfWidth: Double?

  /// The mean of some numbers.
  ///
  /// - Precondition: there is at least one.
  public init(of numbers: [Double]) {
    precondition(!numbers.isEmpty, "the mean of nothing")
    count = numbers.count
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    self.mean = mean
    guard numbers.count > 1 else {
      halfWidth = nil
      return
    }
    let degrees = numbers.count - 1
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / Double(degrees)
    halfWidth =
      StudentDistribution(degreesOfFreedom: degrees).quantile
      * (variance / Double(numbers.count)).squareRoot()
  }

  /// The lower end of the interval, if there is one.
  public var low: Double? { halfWidth.map { mean - $0 } }
  /// The upper end of the interval, if there is one.
  public var high: Double? { halfWidth.map { mean + $0 } }
}
