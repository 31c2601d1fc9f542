public import ThreatModels

/// How far an adversarial picture is from its original, measured in double precision.
public struct Distances: Hashable, Codable, Sendable {
  /// The largest change of any channel of any pixel, in 8-bit steps (1 = 1/255).
  public var maximumInPixels: Double
  /// The Euclidean norm, with pixels in [0, 1].
  public var l2: Double
  /// The sum of absolute changes, with pixels in [0, 1].
  public var l1: Double
  /// How many channels of pixels changed.
  public var l0: Double

  /// Distances.
  public init(maximumInPixels: Double, l2: Double, l1: Double, l0: Double) {
    self.maximumInPixels = maximumInPixels
    self.l2 = l2
    self.l1 = l1
    self.l0 = l0
  }

  /// The one that a norm measures, with pixels in [0, 1].
  public func length(in norm: Norm) -> Double {
    switch norm {
    case .linf: maximumInPixels / 255
    case .l2: l2
    case .l1: l1
    case .l0: l0
    }
  }

  /// Whether they are the same as others but for rounding.
  public func agree(with other: Distances) -> Bool {
    [
      (maximumInPixels, other.maximumInPixels), (l2, other.l2), (l1, other.l1), (l0, other.l0),
    ].allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
  }

  /// Whether a budget allows them, in its own norm.
  public func isWithin(_ budget: PerturbationBudget) -> Bool {
    budget.contains(length: length(in: budget.norm))
  }
}
