import TensorModule
import ThreatModels

/// What the model and the threat model say of points that an attack returned.
struct Judgement {
  /// What the model says of each point.
  let scores: ClassScores
  /// How far each point is from its original.
  let distances: [Distances]
  private let reached: [Bool]
  private let isPicture: [Bool]

  /// Asks the model about the points once and measures them in double precision.
  ///
  /// - Parameters:
  ///   - points: [N, C, H, W].
  ///   - originals: the same shape.
  ///   - goal: what was wanted.
  ///   - model: asked about the points.
  ///   - pixels: which values a pixel may take.
  init(
    of points: Tensor, around originals: Tensor, toward goal: Goal, by model: any Classifier,
    on pixels: PixelGrid
  ) throws(EngineError) {
    let logits = try model.logits(of: points)
    scores = ClassScores(of: logits)
    reached = goal.isReached(by: logits).truths()
    distances = Distances.between(originals, and: points, on: pixels)
    isPicture = pixels.allows(points)
  }

  /// What became of a sample.
  ///
  /// - Parameters:
  ///   - row: which sample.
  ///   - budget: how far is allowed.
  ///   - promises: whether the attack promised to keep the budget; if not, a point too far away is
  ///     not invalid but no success either.
  func outcome(ofRow row: Int, within budget: PerturbationBudget, promised: Bool) -> Outcome {
    guard isPicture[row], scores.isFinite[row] else { return .invalid }
    guard distances[row].isWithin(budget) else { return promised ? .invalid : .robust }
    return reached[row] ? .newlyWrong : .robust
  }
}
