import TensorModule
import ThreatModels

extension Goal {
  /// A class other than the true one for each picture, all equally likely.
  ///
  /// - Parameters:
  ///   - labels: the true classes, int64 [N].
  ///   - classCount: how many classes there are; at least two.
  ///   - keys: one for each picture, so that its target does not depend on its batch.
  static func random(avoiding labels: Tensor, classCount: Int, keys: [RandomKey]) -> Goal {
    let targets = zip(labels.integers(), keys).map { label, key in
      var numbers = key.part("target").makeNumbers()
      let other = Int.random(in: 0..<classCount - 1, using: &numbers)
      return other < label ? other : other + 1
    }
    return Goal(avoiding: labels, reaching: Tensor(targets))
  }
}
