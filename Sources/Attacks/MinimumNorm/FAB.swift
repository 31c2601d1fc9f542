public import TensorModule
public import ThreatModels

/// The fast adaptive boundary attack: steps onto the linearised boundary, biased towards the picture.
///
/// From the iterate x and the picture x₀ it goes to the nearest points of the linearised boundary
/// inside [0, 1], x + d₁ and x₀ + d₂, and on to (1 − α)(x + ηd₁) + α(x₀ + ηd₂) with
/// α = min(‖d₁‖ / (‖d₁‖ + ‖d₂‖), α_max). Where that is adversarial it goes back towards the picture:
/// x₀ + β(x − x₀). The last step searches the line to the picture.
///
/// The defaults are those of AutoAttack's FAB-T. For L1 AutoAttack takes five target classes and five
/// restarts.
///
/// Croce and Hein 2020, “Minimally distorted adversarial examples with a fast adaptive boundary
/// attack”; “Reliable evaluation of adversarial robustness with an ensemble of diverse
/// parameter-free attacks”.
public struct FAB: MinimumNormAttack {
  /// How many classes with the highest logits are run towards in turn, which makes it FAB-T.
  ///
  /// Without a number every step goes to the nearest of all boundaries, at one backward pass for each
  /// class: FAB.
  public var targetClasses: Int?
  /// Steps of each run.
  public var steps: Int
  /// Runs towards each boundary; all but the first start at a random point.
  public var restarts: Int
  /// The largest bias towards the picture, α_max.
  public var largestBias: Double
  /// How far steps go in multiples of the way to the boundary, η.
  public var overshoot: Double
  /// What is left of an adversarial perturbation for the next step, β.
  public var backwardStep: Double
  /// Points tried in the end on the line between the picture and its adversarial example.
  public var finalSearchSteps: Int

  /// `FAB`, or `FAB-T` towards one class after the other.
  public var title: String { targetClasses == nil ? "FAB" : "FAB-T" }

  /// The attack.
  ///
  /// - Precondition: at least one step, one restart and one target class.
  public init(
    targetClasses: Int? = 9, steps: Int = 100, restarts: Int = 1,
    largestBias: Double = 0.1, overshoot: Double = 1.05, backwardStep: Double = 0.9,
    finalSearchSteps: Int = 3
  ) {
    precondition(steps > 0 && restarts > 0, "\(steps) steps, \(restarts) restarts")
    precondition(targetClasses.map { $0 > 0 } ?? true, "no target classes")
    self.targetClasses = targetClasses
    self.steps = steps
    self.restarts = restarts
    self.largestBias = largestBias
    self.overshoot = overshoot
    self.backwardStep = backwardStep
    self.finalSearchSteps = finalSearchSteps
  }

  /// One run after the other, each on the pictures that need it still.
  public func closest(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, in norm: Norm, enough: Double?
  ) throws(EngineError) -> Tensor {
    var closest = ClosestPoints(of: batch, in: norm)
    let logits = try model.logits(of: batch.images)
    closest.consider(batch.images, logits: logits, rows: Array(batch.keys.indices))
    let search = AdaptiveBoundarySearch(settings: self, norm: norm, enough: enough)
    for boundaries in boundaries(of: batch.goal, at: logits) {
      for restart in 0..<restarts {
        let open = closest.unfinished(enough: enough)
        if open.isEmpty { return closest.points }
        let part = batch.rows(open)
        let start =
          restart == 0
          ? part.images
          : search.randomStart(
            of: part, distances: open.map { closest.distances[$0] }, restart: restart)
        try search.run(
          part, numbered: open, from: start, across: boundaries.rows(Tensor(open)), on: model,
          keeping: &closest)
      }
    }
    try BoundarySearch(steps: finalSearchSteps)
      .tighten(&closest, of: batch, on: model, enough: enough)
    return closest.points
  }

  /// The boundaries of one run after the other.
  private func boundaries(of goal: Goal, at logits: Tensor) -> [ClassBoundaries] {
    guard let targetClasses else {
      return [ClassBoundaries(of: goal, nearestBy: logits, count: logits.shape[1])]
    }
    let all = ClassBoundaries(of: goal, nearestBy: logits, count: targetClasses)
    return (0..<all.count).map(all.only)
  }
}
