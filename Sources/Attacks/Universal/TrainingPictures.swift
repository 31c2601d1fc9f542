import TensorModule
import ThreatModels

/// The pictures of a set that are of use for crafting one change for all of them.
///
/// These are the ones that the model gets right and whose goal is not reached already.
struct TrainingPictures {
  private let images: Tensor
  private let goal: Goal
  /// The numbers of the usable pictures in the order of the set.
  private let usable: [Int]

  /// Asks the model about a set.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - goal: what is wanted of each picture.
  ///   - model: asked in batches.
  ///   - batchSize: how many pictures at once.
  init(
    _ images: Tensor, toward goal: Goal, rightOn model: any Classifier, batchSize: Int
  ) throws(EngineError) {
    self.images = images
    self.goal = goal
    var usable: [Int] = []
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let range = start..<min(start + batchSize, images.count)
      let logits = try model.logits(of: images[range])
      let part = goal.rows(.range(range))
      let isRight = (logits.argmax(along: 1) .== part.labels .&& .!part.isReached(by: logits))
      usable += isRight.truths().enumerated().filter(\.element).map { start + $0.offset }
    }
    self.usable = usable
  }

  /// Whether there is any.
  var isEmpty: Bool { usable.isEmpty }

  /// All pictures once in a random order, in batches of a size.
  ///
  /// - Parameter key: names the order, and the randomness of each picture by its number in the set.
  func shuffled(by key: RandomKey, batchSize: Int) -> [AttackBatch] {
    var numbers = key.part("order").makeNumbers()
    let order = usable.shuffled(using: &numbers)
    return stride(from: 0, to: order.count, by: batchSize).map { start in
      let rows = Array(order[start..<min(start + batchSize, order.count)])
      return AttackBatch(
        images.rows(rows), toward: goal.rows(Tensor(rows)), keys: rows.map { key.part($0) })
    }
  }
}

extension Goal {
  /// The cross-entropy that grows towards the goal, where no picture counts for more than a limit.
  ///
  /// Without a limit a few pictures that are wrong by far would outweigh all that are still right.
  func limitedCrossEntropy(of logits: Tensor, limit: Double) -> Tensor {
    crossEntropy(of: logits).minimum(.full([], limit))
  }
}
