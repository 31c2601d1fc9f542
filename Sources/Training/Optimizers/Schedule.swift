import Foundation

/// How the learning rate changes over the steps of a run, as a factor of its peak.
public struct Schedule: Hashable, Codable, Sendable {
  /// The shape of the curve.
  public enum Shape: Hashable, Codable, Sendable {
    /// Always the same.
    case constant
    /// Times `factor` at each of some shares of the run, such as 0.5 and 0.75.
    case steps(at: [Double], factor: Double)
    /// From 1 to 0 along half a cosine (Loshchilov and Hutter 2017, “SGDR”).
    case cosine
    /// Up from 1/25 for the first 30 % of the steps, then down to 1/250,000, both along half a
    /// cosine (Smith and Topin 2019, “Super-convergence”).
    case oneCycle
  }

  /// The shape of the curve after the warm-up.
  public var shape: Shape
  /// The share of the run in which the rate grows evenly from nothing; 0 for none.
  public var warmUp: Double

  /// A schedule.
  ///
  /// - Precondition: the warm-up is a share below 1.
  public init(_ shape: Shape, warmUp: Double = 0) {
    precondition((0..<1).contains(warmUp), "a warm-up of \(warmUp)")
    self.shape = shape
    self.warmUp = warmUp
  }

  /// The factor at a step.
  ///
  /// - Parameters:
  ///   - step: from 0.
  ///   - total: how many steps the run has.
  public func factor(atStep step: Int, of total: Int) -> Double {
    let warmSteps = Int((warmUp * Double(total)).rounded())
    if step < warmSteps { return Double(step + 1) / Double(warmSteps) }
    let (step, total) = (step - warmSteps, max(total - warmSteps, 1))
    switch shape {
    case .constant: return 1
    case .steps(let shares, let factor):
      let passed = shares.count { Double(step) >= $0 * Double(total) }
      return pow(factor, Double(passed))
    case .cosine: return 0.5 * (1 + cos(.pi * Double(step) / Double(total)))
    case .oneCycle:
      let (first, last) = (1.0 / 25, 1.0 / 250_000)
      let top = 0.3 * Double(total) - 1
      let end = Double(total) - 1
      return Double(step) <= top
        ? Self.cosine(from: first, to: 1, share: top > 0 ? Double(step) / top : 1)
        : Self.cosine(from: 1, to: last, share: (Double(step) - top) / max(end - top, 1e-9))
    }
  }

  private static func cosine(from start: Double, to end: Double, share: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(.pi * share))
  }
}
