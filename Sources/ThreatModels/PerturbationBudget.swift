/// How far an adversarial example may be from its original: ‖η‖ₚ ≤ ε, with pixels in [0, 1].
///
/// For L0 ε counts channels of pixels: 3 may be one colour pixel or three.
public struct PerturbationBudget: Hashable, Codable, Sendable {
  /// The norm.
  public let norm: Norm
  /// The radius ε.
  public let epsilon: Double
  /// ε as the user wrote it, such as `8/255`.
  public let text: String

  /// A budget.
  ///
  /// - Parameters:
  ///   - norm: the norm.
  ///   - text: ε as a number (`0.3`), a fraction (`8/255`) or 8-bit steps (`8px`, which is 8/255).
  /// - Throws: ``ThreatModelError`` when the text is no positive number, when an L∞ ε is above 1, or
  ///   when an L0 ε is no whole number.
  public init(_ norm: Norm, epsilon text: String) throws(ThreatModelError) {
    guard let epsilon = Double(pixelValue: text) else { throw .unreadableEpsilon(text) }
    try self.init(norm, epsilon: epsilon, text: text)
  }

  /// A budget from a number.
  ///
  /// - Throws: ``ThreatModelError`` when ε is not a positive finite number, above 1 for L∞, or no
  ///   whole number for L0.
  public init(_ norm: Norm, epsilon: Double) throws(ThreatModelError) {
    try self.init(norm, epsilon: epsilon, text: "\(epsilon)")
  }

  /// More than any picture is across, in any norm.
  private static let largest = 1e9

  private init(_ norm: Norm, epsilon: Double, text: String) throws(ThreatModelError) {
    guard epsilon > 0, epsilon <= Self.largest else { throw .unreadableEpsilon(text) }
    guard norm != .linf || epsilon <= 1 else { throw .epsilonAboveOne(text) }
    guard norm != .l0 || epsilon == epsilon.rounded() else { throw .epsilonNotWhole(text) }
    self.norm = norm
    self.epsilon = epsilon
    self.text = text
  }

  /// Whether the number is the one that the text stands for.
  ///
  /// A budget from a file has not been through an initialiser that sees to it.
  public var isSound: Bool { (try? Self(norm, epsilon: text)) == self }

  /// Whether a perturbation of some length, measured in double precision, is within the budget.
  ///
  /// A norm on the grid is a sum of exact multiples of 1/255; its last bits are uncertain.
  public func contains(length: Double) -> Bool { length <= epsilon * (1 + 1e-9) }
}

extension PerturbationBudget: CustomStringConvertible {
  /// For people: `L∞ ε = 8/255`.
  public var description: String { "\(norm) ε = \(text)" }
}
