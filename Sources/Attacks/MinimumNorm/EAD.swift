public import TensorModule
public import ThreatModels

/// The elastic-net attack: C&W's loss with β‖η‖₁ added, so that few pixels change.
///
/// FISTA on ‖η‖₂² + c·f: a step down the gradient at the point y, which is ahead of the iterate by a
/// momentum of k/(k + 3); then every change is shrunk by β and those below β vanish. The step falls
/// with √(1 − k/steps). Of the points that reach the goal the one with the least ‖η‖₁ is kept. The
/// defaults are those by which people compare: nine constants from 0.001, 1,000 steps, β = 0.01.
///
/// Chen, Sharma, Zhang, Yi and Hsieh 2018, “EAD: elastic-net attacks to deep neural networks via
/// adversarial examples”.
public struct EAD: MinimumNormAttack {
  /// L1 alone.
  public static var norms: Set<Norm> { [.l1] }

  /// How many values of c are tried.
  public var searchSteps: Int
  /// Steps for each c.
  public var steps: Int
  /// The length of the first step in multiples of the gradient.
  public var learningRate: Double
  /// β, by which changes are shrunk.
  public var regularization: Double
  /// The first c.
  public var initialConstant: Double
  /// By how much the wrong class is to lead.
  public var confidence: Double
  /// Whether a picture is left alone, until the next c, once its loss has stopped falling.
  public var abortsEarly: Bool

  /// Positive rates and constants.
  public var hasUsableSettings: Bool {
    learningRate > 0 && initialConstant > 0 && regularization >= 0
  }

  /// The attack.
  ///
  /// - Precondition: at least one step of each kind, positive rates.
  public init(
    searchSteps: Int = 9, steps: Int = 1000, learningRate: Double = 0.01,
    regularization: Double = 0.01, initialConstant: Double = 1e-3, confidence: Double = 0,
    abortsEarly: Bool = true
  ) {
    precondition(searchSteps > 0 && steps > 0, "\(searchSteps) searches of \(steps) steps")
    precondition(learningRate > 0 && initialConstant > 0 && regularization >= 0)
    self.searchSteps = searchSteps
    self.steps = steps
    self.learningRate = learningRate
    self.regularization = regularization
    self.initialConstant = initialConstant
    self.confidence = confidence
    self.abortsEarly = abortsEarly
  }

  /// One descent from the pictures for each c.
  public func closest(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, in norm: Norm, enough: Double?
  ) throws(EngineError) -> Tensor {
    try ConstantSearch.closest(
      batch, steps: searchSteps, from: initialConstant, in: norm, enough: enough
    ) { part, numbers, constants, best throws(EngineError) in
      try descend(part, numbers, constants, on: model, enough: enough, keeping: &best)
    }
  }

  private func descend(
    _ batch: AttackBatch, _ rows: [Int], _ weights: Tensor,
    on model: any DifferentiableClassifier, enough: Double?, keeping best: inout ClosestPoints
  ) throws(EngineError) -> Set<Int> {
    var (numbers, goal, originals, constants) = (rows, batch.goal, batch.images, weights)
    var (iterate, ahead) = (originals, originals)
    var watch = StagnationWatch(count: rows.count, steps: steps)
    var reached: Set<Int> = []
    for step in 0..<steps {
      let result = try model.lossGradient(at: ahead) { logits in
        goal.margin(of: goal.handicapped(logits, by: confidence)).rectified()
      }
      let hits = best.consider(
        ahead, logits: goal.handicapped(result.logits, by: confidence), rows: numbers)
      for index in hits.indices where hits[index] { reached.insert(numbers[index]) }

      let change = ahead - originals
      let rate = learningRate * (1 - Double(step) / Double(steps)).squareRoot()
      let slope = change * 2 + constants * result.gradient
      let next = shrunk(change - slope * rate, around: originals)
      reached.formUnion(
        try look(at: next, around: originals, goal, numbers, on: model, keeping: &best))
      let momentum = Double(step) / Double(step + 3)
      ahead = (next + (next - iterate) * momentum).clamped(to: 0...1)
      iterate = next

      var isDone = [Bool](repeating: false, count: numbers.count)
      if abortsEarly && watch.looks(after: step) {
        let size = change.squared() + change.magnitude() * regularization
        let losses = size.sum(along: [1, 2, 3]) + constants.reshaped([-1]) * result.losses
        isDone = watch.haveStopped(losses.floats())
      }
      for index in numbers.indices where best.isFinished(numbers[index], enough: enough) {
        isDone[index] = true
      }
      guard isDone.contains(true) else { continue }
      let open = isDone.indices.filter { !isDone[$0] }
      if open.isEmpty { break }
      let kept = Tensor(open)
      numbers = open.map { numbers[$0] }
      (goal, originals, constants) = (goal.rows(kept), originals.rows(kept), constants.rows(kept))
      (iterate, ahead) = (iterate.rows(kept), ahead.rows(kept))
      watch.keep(open)
    }
    return reached
  }

  private func shrunk(_ change: Tensor, around originals: Tensor) -> Tensor {
    let rest = change.sign() * (change.magnitude() - regularization).rectified()
    return (originals + rest).clamped(to: 0...1)
  }

  /// Asks the model about the iterates that would be the nearest so far.
  ///
  /// - Returns: the numbers of those that reach the goal.
  private func look(
    at points: Tensor, around originals: Tensor, _ goal: Goal, _ numbers: [Int],
    on model: any DifferentiableClassifier, keeping best: inout ClosestPoints
  ) throws(EngineError) -> [Int] {
    let lengths = (points - originals).norm(order: 1, along: [1, 2, 3]).doubles()
    let nearer = numbers.indices.filter { index in
      lengths[index] > 0 && lengths[index] < best.distances[numbers[index]]
    }
    if nearer.isEmpty { return [] }
    let (rows, part) = (nearer.map { numbers[$0] }, Tensor(nearer))
    let candidates = points.rows(part)
    let logits = goal.rows(part).handicapped(try model.logits(of: candidates), by: confidence)
    let hits = best.consider(candidates, logits: logits, rows: rows)
    return hits.indices.filter { hits[$0] }.map { rows[$0] }
  }
}
