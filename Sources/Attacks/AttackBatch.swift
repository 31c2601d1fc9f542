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
  /// A point for each picture where a search may begin, such as what fools another model.
  ///
  /// [N, C, H, W] in [0, 1]; the picture itself where there is none, and nothing if no picture has one.
  /// ``SquareAttack`` and ``SimBA`` begin at the allowed point next to it. ``HopSkipJump``, ``BoundaryAttack`` and
  /// ``RayS`` ask about it once, and begin there if it reaches the goal. Other attacks do not look at it, as
  /// ``Attack/usesStarts`` says.
  public let starts: Tensor?

  /// A batch.
  ///
  /// - Precondition: there are as many keys as pictures, and starts of their shape if there are any.
  public init(_ images: Tensor, toward goal: Goal, keys: [RandomKey], starts: Tensor? = nil) {
    precondition(images.count == keys.count, "\(keys.count) keys for \(images.count) pictures")
    precondition(starts == nil || starts?.shape == images.shape, "starts of another shape")
    self.images = images
    self.goal = goal
    self.keys = keys
    self.starts = starts
  }

  /// The pictures of several batches, in their order.
  ///
  /// - Precondition: there is a batch, and either all have targets or none.
  public init(joining batches: [AttackBatch]) {
    let haveStarts = batches.contains { $0.starts != nil }
    self.init(
      .concatenated(batches.map(\.images)), toward: Goal(joining: batches.map(\.goal)),
      keys: batches.flatMap(\.keys),
      starts: haveStarts ? .concatenated(batches.map { $0.starts ?? $0.images }) : nil)
  }

  /// Some of the pictures.
  public func rows(_ indices: [Int]) -> AttackBatch {
    let rows = Tensor(indices)
    return AttackBatch(
      images.rows(rows), toward: goal.rows(rows), keys: indices.map { keys[$0] },
      starts: starts?.rows(rows))
  }
}
