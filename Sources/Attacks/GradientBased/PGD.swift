public import TensorModule
public import ThreatModels

/// Projected gradient descent on the model's confidence: iterated steps from a random start.
///
/// The start is uniform in the ball. Each restart works only on the pictures that have not reached
/// their goal, and each picture keeps its best point over all restarts.
///
/// Madry, Makelov, Schmidt, Tsipras and Vladu 2018, “Towards deep learning models resistant to
/// adversarial attacks”; for L1 the steps of Tramèr and Boneh 2019.
public struct PGD: SteppedAttack {
  /// Steps of each restart.
  public var steps: Int
  /// The length of a step in the norm of the budget, with pixels in [0, 1]; 2.5·ε/steps if there is
  /// none.
  public var stepSize: Double?
  /// How often the attack starts anew.
  public var restarts: Int
  /// Whether it starts at a random point of the ball instead of the picture itself.
  public var startsRandomly: Bool
  /// Whether a picture that has reached its goal is left alone.
  public var stopsAtSuccess: Bool

  /// The attack.
  ///
  /// - Precondition: at least one step and one restart.
  public init(
    steps: Int = 20, stepSize: Double? = nil, restarts: Int = 1, startsRandomly: Bool = true,
    stopsAtSuccess: Bool = true
  ) {
    precondition(steps > 0 && restarts > 0, "\(steps) steps, \(restarts) restarts")
    self.steps = steps
    self.stepSize = stepSize
    self.restarts = restarts
    self.startsRandomly = startsRandomly
    self.stopsAtSuccess = stopsAtSuccess
  }

  /// Restarts on what is left, each from a start of its own.
  public func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    let ascent = ascent(within: threat)
    var best = BestPoints(of: batch)
    for restart in 0..<restarts {
      let open = stopsAtSuccess ? best.unfinished : Array(0..<batch.images.count)
      if open.isEmpty { break }
      let part = open.count == batch.images.count ? batch : batch.rows(open)
      let start =
        startsRandomly
        ? Self.randomStart(of: part, restart: restart, within: threat) : part.images
      try ascent.climb(part, numbered: open, from: start, on: model, within: threat, keeping: &best)
    }
    return best.points
  }

  /// Where the only run ends; there are no restarts.
  public func lastPoints(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    let start =
      startsRandomly ? Self.randomStart(of: batch, restart: 0, within: threat) : batch.images
    return try lastPoints(
      from: start, around: batch.images, on: model, within: threat,
      along: batch.goal.crossEntropy)
  }

  /// Where a run from any start along any loss ends: as many forward and backward passes as steps.
  ///
  /// - Parameters:
  ///   - start: one point for each picture; projected first.
  ///   - images: [N, C, H, W], the pictures that the budget is around.
  ///   - model: asked for gradients.
  ///   - threat: the budget and the grid.
  ///   - losses: what grows; from logits [N, K] to one number for each picture.
  /// - Returns: [N, C, H, W].
  public func lastPoints(
    from start: Tensor, around images: Tensor, on model: any DifferentiableClassifier,
    within threat: ThreatModel, along losses: (Tensor) -> Tensor
  ) throws(EngineError) -> Tensor {
    try ascent(within: threat).lastPoints(
      from: start, around: images, on: model, within: threat, along: losses)
  }

  /// Points that are uniform in the balls around pictures, not clipped to [0, 1].
  ///
  /// - Parameters:
  ///   - batch: the pictures and their keys.
  ///   - restart: which of several draws.
  ///   - threat: the budget; its norm must not be L0.
  public static func randomStart(
    of batch: AttackBatch, restart: Int, within threat: ThreatModel
  ) -> Tensor {
    let shape = Array(batch.images.shape.dropFirst())
    let offsets = batch.keys.map { key in
      let generator = key.part(name).part(restart).makeGenerator()
      return Tensor.uniform(in: threat.budget, shape: shape, using: generator)
    }
    return batch.images + Tensor.stacked(offsets)
  }

  private func ascent(within threat: ThreatModel) -> ProjectedAscent {
    ProjectedAscent(
      steps: steps, stepSize: stepSize ?? 2.5 * threat.budget.epsilon / Double(steps),
      stopsAtSuccess: stopsAtSuccess)
  }
}
