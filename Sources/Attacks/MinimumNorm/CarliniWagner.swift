public import TensorModule
public import ThreatModels

/// Carlini and Wagner's attack: Adam on ‖η‖₂² + c·f, with a search for the smallest c that suffices.
///
/// f = max(margin + confidence, 0), where the margin is the label's logit minus the largest other
/// one, or the largest other one minus the target's. The descent takes place in w with
/// x = (tanh w + 1)/2, so that pixels stay in [0, 1]. The defaults are the paper's but for the number
/// of steps, which is 10,000 there.
///
/// Carlini and Wagner 2017, “Towards evaluating the robustness of neural networks”.
public struct CarliniWagner: MinimumNormAttack {
  /// C&W.
  public static var name: String { "C&W" }
  /// L2 alone.
  public static var norms: Set<Norm> { [.l2] }

  /// How many values of c are tried.
  public var searchSteps: Int
  /// Steps of Adam for each c.
  public var steps: Int
  /// The learning rate of Adam.
  public var learningRate: Double
  /// The first c.
  public var initialConstant: Double
  /// By how much the wrong class is to lead.
  public var confidence: Double
  /// Whether a picture is left alone, until the next c, once its loss has stopped falling.
  public var abortsEarly: Bool

  /// Positive rates and constants.
  public var hasUsableSettings: Bool {
    learningRate > 0 && initialConstant > 0
  }

  /// The attack.
  ///
  /// - Precondition: at least one step of each kind, a positive learning rate and constant.
  public init(
    searchSteps: Int = 9, steps: Int = 1000, learningRate: Double = 0.01,
    initialConstant: Double = 1e-3, confidence: Double = 0, abortsEarly: Bool = true
  ) {
    precondition(searchSteps > 0 && steps > 0, "\(searchSteps) searches of \(steps) steps")
    precondition(learningRate > 0 && initialConstant > 0, "\(learningRate), \(initialConstant)")
    self.searchSteps = searchSteps
    self.steps = steps
    self.learningRate = learningRate
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
    // Slightly inside, since the corners 0 and 1 are infinitely far away.
    var iterate = ((originals * 2 - 1) * 0.999_999).inverseHyperbolicTangent()
    var adam = Adam(like: iterate, learningRate: learningRate)
    var watch = StagnationWatch(count: rows.count, steps: steps)
    var reached: Set<Int> = []
    for step in 0..<steps {
      let bent = iterate.hyperbolicTangent()
      let points = bent * 0.5 + 0.5
      let result = try model.lossGradient(at: points) { logits in
        goal.margin(of: goal.handicapped(logits, by: confidence)).rectified()
      }
      let hits = best.consider(
        points, logits: goal.handicapped(result.logits, by: confidence), rows: numbers)
      for index in hits.indices where hits[index] { reached.insert(numbers[index]) }

      let change = points - originals
      let slope = change * 2 + constants * result.gradient
      iterate = iterate - adam.step(along: slope * (-bent.squared() + 1))

      var isDone = [Bool](repeating: false, count: numbers.count)
      if abortsEarly && watch.looks(after: step) {
        let lengths = change.squared().sum(along: [1, 2, 3])
        isDone = watch.haveStopped((lengths + constants.reshaped([-1]) * result.losses).floats())
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
      iterate = iterate.rows(kept)
      adam.keepRows(kept)
      watch.keep(open)
    }
    return reached
  }
}
