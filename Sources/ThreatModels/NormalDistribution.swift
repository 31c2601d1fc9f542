import Foundation

/// The standard normal distribution.
package enum NormalDistribution {
  /// Φ(x).
  package static func cumulative(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// Φ⁻¹(p), by bisection.
  ///
  /// - Precondition: 0 < p < 1.
  package static func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "Φ⁻¹(\(p))")
    // In the lower tail Φ keeps all its digits.
    if p > 0.5 { return -quantile(1 - p) }
    var (low, high) = (-40.0, 0.0)
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return high }
      if cumulative(middle) < p { low = middle } else { high = middle }
    }
  }
}
