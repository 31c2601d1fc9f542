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

  /// The goals of several batches, in their order.
  ///
  /// - Precondition: there is a batch, and either all have targets or none.
  public init(joining goals: [Goal]) {
    let targets = goals.compactMap(\.targets)
    precondition(targets.isEmpty || targets.count == goals.count, "only some goals have targets")
    labels = .concatenated(goals.map(\.labels))
    self.targets = targets.isEmpty ? nil : .concatenated(targets)
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
    isReached(byPredictions: logits.argmax(along: 1)) .&& logits.isFinite().all(along: 1)
  }

  /// For each sample whether a predicted class reaches the goal, as truth values [N].
  ///
  /// - Parameter predictions: int64 [N]; negative where there is no usable answer, which reaches no
  ///   goal.
  public func isReached(byPredictions predictions: Tensor) -> Tensor {
    guard let targets else { return .!(predictions .== labels) .&& predictions .>= 0 }
    return predictions .== targets
  }

  /// How far logits are from the goal: negative where it is reached with room to spare.
  ///
  /// Untargeted: the label's logit minus the largest other. Targeted: the largest other minus the
  /// target's.
  ///
  /// - Parameter logits: [N, K].
  /// - Returns: [N].
  public func margin(of logits: Tensor) -> Tensor {
    targets.map { -logits.margin(of: $0) } ?? logits.margin(of: labels)
  }

  /// The cross-entropy loss that grows towards the goal: of the labels, or minus that of the targets.
  ///
  /// - Parameter logits: [N, K].
  /// - Returns: [N].
  public func crossEntropy(of logits: Tensor) -> Tensor {
    targets.map { -logits.crossEntropy(labels: $0) } ?? logits.crossEntropy(labels: labels)
  }
}
