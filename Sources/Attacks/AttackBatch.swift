public import TensorModule
public import ThreatModels

/// Pictures under attack, with what is wanted of each and where its randomness comes from.
public struct AttackBatch {
  /// [N, C, H, W] in [0, 1].
  public let images: Tensor
  /// What is wanted of each picture.
  public let goal: Goal
  /// One key for each picture, which names its randomness whatever batch it is in.
  public let keys: [RandomKey]

  /// A batch.
  ///
  /// - Precondition: there are as many keys as pictures.
  public init(_ images: Tensor, toward goal: Goal, keys: [RandomKey]) {
    precondition(images.count == keys.count, "\(keys.count) keys for \(images.count) pictures")
    self.images = images
    self.goal = goal
    self.keys = keys
  }

  /// The pictures of several batches, in their order.
  ///
  /// - Precondition: there is a batch, and either all have targets or none.
  public init(joining batches: [AttackBatch]) {
    self.init(
      .concatenated(batches.map(\.images)), toward: Goal(joining: batches.map(\.goal)),
      keys: batches.flatMap(\.keys))
  }

  /// Some of the pictures.
  public func rows(_ indices: [Int]) -> AttackBatch {
    let rows = Tensor(indices)
    return AttackBatch(
      images.rows(rows), toward: goal.rows(rows), keys: indices.map { keys[$0] })
  }
}
