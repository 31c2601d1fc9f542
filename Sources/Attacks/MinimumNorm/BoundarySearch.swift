import TensorModule
import ThreatModels

/// The last bit of the way: along the line from each picture to its adversarial example, back to
/// where the boundary is.
///
/// Between a point that misses the goal and one that reaches it the next one is put where their
/// margins would meet zero if the model were linear, but never too close to either end. So it is
/// exact on linear models and a bisection at worst.
struct BoundarySearch {
  /// How many points are tried for each picture.
  let steps: Int
  /// The part of the bracket that each step is sure to cut off at either end.
  private static let safety = 0.1

  /// Tightens what was found.
  ///
  /// - Parameters:
  ///   - closest: learns of every point.
  ///   - batch: the pictures.
  ///   - model: asked for logits.
  ///   - enough: a distance that is near enough; pictures with a point this near are left alone.
  func tighten(
    _ closest: inout ClosestPoints, of batch: AttackBatch, on model: any DifferentiableClassifier,
    enough: Double?
  ) throws(EngineError) {
    let rows = closest.unfinished(enough: enough).filter { closest.distances[$0].isFinite }
    if rows.isEmpty || steps == 0 { return }
    let (origins, goal) = (batch.images.rows(rows), batch.goal.rows(Tensor(rows)))
    let change = closest.points.rows(rows) - origins
    var (near, far) = (Tensor.zeros([rows.count]), Tensor.ones([rows.count]))
    // At either end of a line; both come from one pass, since few pictures are left by now.
    let ends = try model.logits(of: .concatenated([origins, origins + change]))
    var nearMargin = goal.margin(of: ends[0..<rows.count])
    var farMargin = goal.margin(of: ends[rows.count..<(2 * rows.count)])
    for _ in 0..<steps {
      let span = (nearMargin - farMargin).maximum(.full([], 1e-12))
      let share = (nearMargin / span).clamped(to: Self.safety...(1 - Self.safety))
      let middle = near + (far - near) * share
      let candidates = (origins + change * middle.broadcastPerSample(rank: change.rank))
        .clamped(to: 0...1)
      let logits = try model.logits(of: candidates)
      closest.consider(candidates, logits: logits, rows: rows)
      let (margin, reached) = (goal.margin(of: logits), goal.isReached(by: logits))
      far = middle.selected(where: reached, otherwise: far)
      farMargin = margin.selected(where: reached, otherwise: farMargin)
      near = near.selected(where: reached, otherwise: middle)
      nearMargin = nearMargin.selected(where: reached, otherwise: margin)
    }
  }
}
