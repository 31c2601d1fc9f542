public import TensorModule

/// What an attack wants of each picture of a batch.
public struct Goal {
  /// The true classes, int64 [N].
  public let labels: Tensor
  /// The classes to be taken for, int64 [N]; nothing if any wrong class will do.
  public let targets: Tensor?

  /// Any class but the true one.
  public init(avoiding labels: Tensor) {
    self.labels = labels
    targets = nil
  }

  /// One class each.
  public init(avoiding labels: Tensor, reaching targets: Tensor) {
    self.labels = labels
    self.targets = targets
  }

  /// The goals of some of the pictures.
  public func rows(_ indices: Tensor) -> Goal {
    guard let targets else { return Goal(avoiding: labels.rows(indices)) }
    return Goal(avoiding: labels.rows(indices), reaching: targets.rows(indices))
  }

  /// For each sample whether the goal is reached, as truth values [N].
  ///
  /// Untargeted: argmax ≠ label, where the first of several maxima counts. Targeted: argmax = target.
  /// Logits that are not finite reach no goal.
  public func isReached(by logits: Tensor) -> Tensor {
    let predictions = logits.argmax(along: 1)
    let isFinite = logits.isFinite().all(along: 1)
    guard let targets else { return .!(predictions .== labels) .&& isFinite }
    return (predictions .== targets) .&& isFinite
  }

  /// The cross-entropy loss that grows towards the goal: of the labels, or minus that of the targets.
  ///
  /// - Parameter logits: [N, K].
  /// - Returns: [N].
  public func crossEntropy(of logits: Tensor) -> Tensor {
    targets.map { -logits.crossEntropy(labels: $0) } ?? logits.crossEntropy(labels: labels)
  }
}
