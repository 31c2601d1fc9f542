import TensorModule
import ThreatModels

/// The best point seen for each picture of a batch.
///
/// A point that reaches the goal beats one that does not; among equals the greater loss wins. Until
/// the first point is seen it is the original.
struct BestPoints {
  /// [N, C, H, W].
  private(set) var points: Tensor
  private let goal: Goal
  private var losses: [Float]
  private var isReached: [Bool]

  /// The originals as the best points so far.
  init(of batch: AttackBatch) {
    points = batch.images
    goal = batch.goal
    losses = [Float](repeating: -.infinity, count: batch.images.count)
    isReached = [Bool](repeating: false, count: batch.images.count)
  }

  /// The pictures that have not reached their goal.
  var unfinished: [Int] { isReached.indices.filter { !isReached[$0] } }

  /// Takes note of points that the model was asked about.
  ///
  /// - Parameters:
  ///   - candidates: [n, C, H, W].
  ///   - logits: [n, K] at the candidates.
  ///   - losses: [n]; greater is better.
  ///   - rows: which pictures they belong to.
  /// - Returns: for each candidate whether it reaches the goal.
  @discardableResult
  mutating func consider(
    _ candidates: Tensor, logits: Tensor, losses: Tensor, rows: [Int]
  ) -> [Bool] {
    let goal = rows.count == points.count ? self.goal : self.goal.rows(Tensor(rows))
    let reached = goal.isReached(by: logits).truths()
    consider(candidates, reached: reached, losses: losses.floats(), rows: rows)
    return reached
  }

  /// Takes note of points of which it is known whether they reach the goal.
  mutating func consider(_ candidates: Tensor, reached: [Bool], losses: [Float], rows: [Int]) {
    let better = rows.indices.filter { index in
      let row = rows[index]
      if reached[index] != isReached[row] { return reached[index] }
      return losses[index] > self.losses[row]
    }
    if better.isEmpty { return }
    for index in better {
      self.losses[rows[index]] = losses[index]
      isReached[rows[index]] = reached[index]
    }
    points =
      better.count == points.count
      ? candidates : points.replacingRows(better.map { rows[$0] }, with: candidates.rows(better))
  }
}
