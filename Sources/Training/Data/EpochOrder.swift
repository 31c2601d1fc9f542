import TensorModule

/// The order in which one epoch shows the pictures, in batches whose sizes differ by one at most.
struct EpochOrder {
  /// The numbers of the pictures of each batch; each picture is in one of them.
  let batches: [[Int]]

  /// An order.
  ///
  /// - Parameters:
  ///   - count: how many pictures there are.
  ///   - batchSize: how many to show at once; a remainder is spread over all batches.
  ///   - key: where the order comes from, one for each epoch.
  init(count: Int, batchSize: Int, key: RandomKey) {
    let order = Tensor.uniform([count], using: key.makeGenerator()).argsorted(along: 0).integers()
    let batchCount = Self.batchCount(count: count, batchSize: batchSize)
    batches = (0..<batchCount).map { index in
      Array(order[(index * count / batchCount)..<((index + 1) * count / batchCount)])
    }
  }

  /// How many batches an epoch has.
  static func batchCount(count: Int, batchSize: Int) -> Int { max(1, count / batchSize) }
}
