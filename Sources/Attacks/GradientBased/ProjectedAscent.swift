import TensorModule
import ThreatModels

/// Steps of one length uphill, projected after each: what the iterated gradient methods share.
///
/// The iterate moves in the ball and in [0, 1]; the model is asked at the allowed point next to it,
/// so that what counts as reached is what a picture file will hold.
struct ProjectedAscent {
  let steps: Int
  let stepSize: Double
  let stopsAtSuccess: Bool
  var momentum: Momentum?

  /// Climbs from a start and reports every point that the model was asked about.
  ///
  /// - Parameters:
  ///   - batch: the pictures to work on.
  ///   - numbers: which rows of `best` they are; all in order if there are none.
  ///   - start: one point for each picture; projected first.
  ///   - best: learns of every point.
  func climb(
    _ batch: AttackBatch, numbered numbers: [Int]? = nil, from start: Tensor,
    on model: any DifferentiableClassifier, within threat: ThreatModel,
    keeping best: inout BestPoints
  ) throws(EngineError) {
    var numbers = numbers ?? Array(0..<batch.images.count)
    var goal = batch.goal
    var feasible = threat.feasibleSet(around: batch.images)
    var iterate = feasible.projected(start)
    var momentum = momentum
    for step in 0...steps {
      if step == steps {
        // The last point is only looked at: nobody needs its gradient.
        let point = feasible.realized(iterate)
        let logits = try model.logits(of: point)
        best.consider(point, logits: logits, losses: goal.crossEntropy(of: logits), rows: numbers)
        return
      }
      let point = feasible.realized(momentum?.lookout(from: iterate, stepSize: stepSize) ?? iterate)
      let result = try model.lossGradient(at: point, of: goal.crossEntropy)
      let reached = best.consider(
        point, logits: result.logits, losses: result.losses, rows: numbers)
      iterate = next(
        from: iterate, along: result.gradient, with: &momentum, in: feasible,
        norm: threat.budget.norm)
      guard stopsAtSuccess, reached.contains(true) else { continue }
      let open = reached.indices.filter { !reached[$0] }
      if open.isEmpty { return }
      let rows = Tensor(open)
      numbers = open.map { numbers[$0] }
      goal = goal.rows(rows)
      feasible = feasible.rows(rows)
      iterate = iterate.rows(rows)
      momentum?.keep(rows)
    }
  }

  /// Takes all steps and returns where the last one leads, without asking the model about it.
  ///
  /// - Parameters:
  ///   - start: one point for each picture; projected first.
  ///   - images: the pictures.
  ///   - losses: what grows; from logits [N, K] to one number for each picture.
  func lastPoints(
    from start: Tensor, around images: Tensor, on model: any DifferentiableClassifier,
    within threat: ThreatModel, along losses: (Tensor) -> Tensor
  ) throws(EngineError) -> Tensor {
    let feasible = threat.feasibleSet(around: images)
    var momentum = momentum
    var iterate = feasible.projected(start)
    for _ in 0..<steps {
      let point = feasible.realized(momentum?.lookout(from: iterate, stepSize: stepSize) ?? iterate)
      let gradient = try model.lossGradient(at: point, of: losses).gradient
      iterate = next(
        from: iterate, along: gradient, with: &momentum, in: feasible, norm: threat.budget.norm)
    }
    return feasible.realized(iterate)
  }

  /// Climbs from the pictures themselves and returns the best point of each.
  func bestPoints(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    var best = BestPoints(of: batch)
    try climb(batch, from: batch.images, on: model, within: threat, keeping: &best)
    return best.points
  }

  /// Takes all steps from the pictures themselves towards the goal.
  func lastPoints(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    try lastPoints(
      from: batch.images, around: batch.images, on: model, within: threat,
      along: batch.goal.crossEntropy)
  }

  private func next(
    from iterate: Tensor, along gradient: Tensor, with momentum: inout Momentum?,
    in feasible: FeasibleSet, norm: Norm
  ) -> Tensor {
    let direction = SteepestAscent.stepDirection(
      of: momentum?.gathering(gradient) ?? gradient, at: iterate, in: norm)
    return feasible.projected(iterate + direction * stepSize)
  }
}
