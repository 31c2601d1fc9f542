public import TensorModule

/// What an attacker asks for, before any picture is seen.
public enum Objective: Hashable, Codable, Sendable {
  /// Any wrong class.
  case untargeted
  /// A class by number.
  case target(Int)
  /// For each picture the class, other than its own, that the model thinks least likely.
  ///
  /// Kurakin, Goodfellow and Bengio 2017.
  case leastLikely

  /// The goal for a batch.
  ///
  /// - Parameters:
  ///   - labels: int64 [N].
  ///   - cleanLogits: [N, K], from which the least likely class is read.
  public func goal(labels: Tensor, cleanLogits: Tensor) -> Goal {
    switch self {
    case .untargeted: Goal(avoiding: labels)
    case .target(let index):
      Goal(
        avoiding: labels,
        reaching: labels.filled(with: Double(index)))
    case .leastLikely:
      Goal(
        avoiding: labels,
        reaching: cleanLogits.filled(
          along: 1, at: labels.unsqueezed(at: 1), with: .infinity
        ).argmin(along: 1))
    }
  }
}
