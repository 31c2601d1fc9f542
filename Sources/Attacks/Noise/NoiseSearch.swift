import TensorModule
import ThreatModels

/// Points drawn at random, of which each picture keeps the best: what the noise controls share.
struct NoiseSearch {
  let name: String
  let tries: Int

  /// Asks about one drawn point for each picture that has not reached its goal, and again.
  ///
  /// - Parameter noise: draws the perturbation of one picture of a shape.
  func perturbed(
    _ batch: AttackBatch, on model: any ScoreOracle, within threat: ThreatModel,
    drawing noise: (_ shape: [Int], Generator) -> Tensor
  ) throws(OracleError) -> Tensor {
    var best = BestPoints(of: batch)
    let shape = Array(batch.images.shape.dropFirst())
    try OracleError.endingWithBudget { () throws(OracleError) in
      for number in 0..<tries {
        let open = best.unfinished
        if open.isEmpty { break }
        let part = batch.rows(open)
        let changes = part.keys.map { key in
          noise(shape, key.part(name).part(number).makeGenerator())
        }
        let points = threat.feasibleSet(around: part.images)
          .realized(part.images + Tensor.stacked(changes))
        let scores = try model.scores(of: points)
        best.consider(points, logits: scores, losses: -part.goal.margin(of: scores), rows: open)
      }
    }
    return best.points
  }
}
