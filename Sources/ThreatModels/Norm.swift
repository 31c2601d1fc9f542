/// How the size of a perturbation is measured, with pixels in [0, 1].
public enum Norm: String, Hashable, Codable, Sendable, CaseIterable {
  /// The largest change of any channel of any pixel.
  case linf
  /// The Euclidean length of the change.
  case l2
  /// The sum of the absolute changes.
  case l1
  /// How many channels of pixels change at all, whatever the amount.
  case l0

  /// The order p of the norm.
  public var order: Double {
    switch self {
    case .linf: .infinity
    case .l2: 2
    case .l1: 1
    case .l0: 0
    }
  }
}

extension Norm: CustomStringConvertible {
  /// The sign of the literature, such as `L∞`.
  public var description: String {
    switch self {
    case .linf: "L∞"
    case .l2: "L2"
    case .l1: "L1"
    case .l0: "L0"
    }
  }
}
