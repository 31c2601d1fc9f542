import TensorModule
import ThreatModels

/// The way from the nearest adversarial examples among real numbers to ones that a picture file holds.
///
/// Rounding can undo what an attack found, since changes of less than half a step vanish. So points
/// along the line from the picture through what was found are rounded, from near to far, and the
/// first that still reaches the goal is taken.
struct GridRealization {
  /// Distances to try, in multiples of the distance found.
  private static let scales = [
    0.8, 0.9, 1, 1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3, 4, 6,
  ]

  private let originals: Tensor
  private let goal: Goal

  /// The way for the pictures of a batch.
  init(of batch: AttackBatch) {
    originals = batch.images
    goal = batch.goal
  }

  /// Grid points that reach the goal, near the given ones.
  ///
  /// - Parameters:
  ///   - closest: [N, C, H, W]: points that reach the goal, or the pictures themselves.
  ///   - model: asked for the class of each candidate.
  /// - Returns: the first candidate that reaches the goal, or the point that was given, rounded.
  func nearest(
    to closest: Tensor, asking model: any LabelOracle
  ) throws(OracleError) -> Tensor {
    let change = closest - originals
    var best = (closest * 255).rounded() / 255
    let moved = (change.flattenedSamples() .== 0).all(along: 1).truths()
    var open = moved.indices.filter { !moved[$0] }
    try OracleError.endingWithBudget { () throws(OracleError) in
      for scale in Self.scales where !open.isEmpty {
        let rows = Tensor(open)
        let beyond = originals.rows(rows) + change.rows(rows) * scale
        let candidates = (beyond.clamped(to: 0...1) * 255).rounded() / 255
        let predictions = try model.labels(of: candidates)
        let reached = goal.rows(rows).isReached(byPredictions: predictions).truths()
        let found = reached.indices.filter { reached[$0] }
        if found.isEmpty { continue }
        best = best.replacingRows(found.map { open[$0] }, with: candidates.rows(found))
        open = reached.indices.filter { !reached[$0] }.map { open[$0] }
      }
    }
    return best
  }
}
