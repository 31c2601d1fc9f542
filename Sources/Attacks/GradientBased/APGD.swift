public import TensorModule
public import ThreatModels

/// Automatic projected gradient descent: steps whose length follows from how the loss develops.
///
/// It starts on the edge of the ball with steps of 2ε. Steps have momentum: ¾ of the new move, ¼ of the
/// last one. At checkpoints that come ever sooner a picture's step is halved, and it goes back to its
/// best point, when too few of the last steps improved its loss. In L1 steps are sparse, as sparse as
/// the best point suggests, and the first 60 % of the steps are taken in balls of three and two times
/// the radius.
///
/// The budget holds for what is returned. While L1 works in larger balls, the model is asked at points
/// outside the budget. A picture that has reached its goal is left alone at once.
///
/// Croce and Hein 2020, “Reliable evaluation of adversarial robustness with an ensemble of diverse
/// parameter-free attacks”; for L1 Croce and Hein 2021, “Mind the box: l1-APGD for sparse adversarial
/// attacks on image classifiers”.
public struct APGD: WhiteBoxAttack {
  /// What the attack makes grow.
  public enum Loss: String, Hashable, Codable, Sendable, CaseIterable {
    /// The cross-entropy of the label, or minus that of the target.
    case crossEntropy = "ce"
    /// The difference of logits ratio; minus the margin where there are fewer than 3 classes.
    case dlr
    /// The difference of logits ratio towards one class after the other, beginning with the class that
    /// the model thinks second best; minus the margin where there are fewer than 4 classes.
    ///
    /// If the goal is a target, that is the only class.
    case targetedDLR = "dlr-targeted"

    /// How many classes a model must have for the loss to be defined; with fewer the margin stands for
    /// it.
    public var classesNeeded: Int {
      switch self {
      case .crossEntropy: 2
      case .dlr: 3
      case .targetedDLR: 4
      }
    }
  }

  /// What the attack makes grow.
  public var loss: Loss
  /// Steps of each run.
  public var steps: Int
  /// How often the attack starts anew, for each target class if there are several; 1 if there is no
  /// number, but 5 for L1 without target classes, as in AutoAttack.
  public var restarts: Int?
  /// How many classes ``Loss/targetedDLR`` tries; 9 if there is no number, but 5 for L1, as in
  /// AutoAttack.
  public var targetClasses: Int?
  /// The share ρ of steps that must improve the loss, or else the step is halved.
  public var rho: Double
  /// Over how many passes through the model losses and gradients are averaged: more than one for
  /// models that are random.
  public var samplesPerStep: Int

  /// `APGD-CE`, `APGD-DLR` or `APGD-T`.
  public var title: String {
    switch loss {
    case .crossEntropy: "APGD-CE"
    case .dlr: "APGD-DLR"
    case .targetedDLR: "APGD-T"
    }
  }

  /// The attack.
  ///
  /// - Precondition: at least one step, restart, target class and sample.
  public init(
    loss: Loss = .crossEntropy, steps: Int = 100, restarts: Int? = nil, targetClasses: Int? = nil,
    rho: Double = 0.75, samplesPerStep: Int = 1
  ) {
    precondition(
      min(steps, restarts ?? 1, targetClasses ?? 1, samplesPerStep) > 0,
      "\(steps) steps, \(restarts ?? 1) restarts, \(targetClasses ?? 1) target classes, "
        + "\(samplesPerStep) samples a step")
    self.loss = loss
    self.steps = steps
    self.restarts = restarts
    self.targetClasses = targetClasses
    self.rho = rho
    self.samplesPerStep = samplesPerStep
  }

  /// Run after run on what is left, each towards its class and from a start of its own.
  public func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    let model =
      samplesPerStep == 1
      ? model : ExpectationOverTransformation(of: model, samples: samplesPerStep)
    let goals = try lossGoals(of: batch, on: model, norm: threat.budget.norm)
    let isSparse = threat.budget.norm == .l1 && loss != .targetedDLR
    let restarts = restarts ?? (isSparse ? 5 : 1)
    var best = BestPoints(of: batch)
    for run in 0..<(goals.count * restarts) {
      let open = best.unfinished
      if open.isEmpty { break }
      let part = open.count == batch.images.count ? batch : batch.rows(open)
      let lossGoal = goals[run / restarts].rows(Tensor(open))
      let keys = part.keys.map { $0.part(Self.name).part(loss.rawValue).part(run) }
      let start = part.images + Self.offsets(of: part, in: threat.budget, keys: keys)
      try climb(
        part, numbered: open, toward: lossGoal, from: start, on: model, within: threat,
        keeping: &best)
    }
    return best.points
  }

  /// One run; in L1 it goes from ball to smaller ball.
  private func climb(
    _ batch: AttackBatch, numbered numbers: [Int], toward lossGoal: Goal, from start: Tensor,
    on model: any DifferentiableClassifier, within threat: ThreatModel,
    keeping best: inout BestPoints
  ) throws(EngineError) {
    func ascent<Rule: StepRule>(
      from start: Tensor, by rule: Rule, within threat: ThreatModel
    ) -> AdaptiveAscent<Rule> {
      AdaptiveAscent(
        batch, numbered: numbers, toward: lossGoal, loss: loss.values(of:logits:), from: start,
        by: rule,
        within: threat)
    }
    guard threat.budget.norm == .l1 else {
      let rule = MomentumSteps(
        around: batch.images, steps: steps, rho: rho, budget: threat.budget)
      var ascent = ascent(from: start, by: rule, within: threat)
      try ascent.climb(steps, on: model)
      return ascent.report(to: &best)
    }
    var point = start
    let large = min(Int((0.3 * Double(steps)).rounded(.up)), (steps - 1) / 2)
    for radius in [3.0, 2] where large > 0 {
      let wide = threat.enlarged(by: radius)
      let rule = SparseSteps(around: batch.images, steps: large, budget: wide.budget)
      var ascent = ascent(from: point, by: rule, within: wide)
      try ascent.climb(large, on: model, stopsAtSuccess: false)
      point = ascent.bestIterate
    }
    let rest = steps - 2 * large
    let rule = SparseSteps(around: batch.images, steps: rest, budget: threat.budget)
    var ascent = ascent(from: point, by: rule, within: threat)
    try ascent.climb(rest, on: model)
    ascent.report(to: &best)
  }

  /// Where the runs start, seen from the pictures: on the edge of the ball, and for L1 anywhere.
  private static func offsets(
    of batch: AttackBatch, in budget: PerturbationBudget, keys: [RandomKey]
  ) -> Tensor {
    let shape = Array(batch.images.shape.dropFirst())
    let noise = Tensor.stacked(
      keys.map { key in
        let generator = key.makeGenerator()
        return budget.norm == .linf
          ? .uniform(shape, in: -1...1, using: generator) : .normal(shape, using: generator)
      })
    if budget.norm == .l1 { return noise }
    let size = noise.norm(order: budget.norm.order, along: [1, 2, 3], keepingDimensions: true)
    return noise / size * budget.epsilon
  }

  /// Towards what the runs climb: the batch's goal, or one target after the other.
  private func lossGoals(
    of batch: AttackBatch, on model: any DifferentiableClassifier, norm: Norm
  ) throws(EngineError) -> [Goal] {
    guard loss == .targetedDLR, batch.goal.targets == nil else { return [batch.goal] }
    let labels = batch.goal.labels
    let count = min(targetClasses ?? (norm == .l1 ? 5 : 9), model.classCount - 1)
    let others = try model.logits(of: batch.images)
      .filled(along: 1, at: labels.unsqueezed(at: 1), with: -.infinity)
    let ranking = others.top(count, along: 1).indices
    return (0..<count).map { place in
      let targets = ranking.narrowed(to: place..<(place + 1), along: 1).squeezed(at: 1)
      return Goal(avoiding: labels, reaching: targets)
    }
  }
}

extension APGD.Loss {
  /// From a goal and logits [N, K] to losses [N].
  fileprivate func values(of goal: Goal, logits: Tensor) -> Tensor {
    switch self {
    case .crossEntropy: goal.crossEntropy(of: logits)
    case .dlr, .targetedDLR: goal.differenceOfLogitsRatio(of: logits)
    }
  }
}

extension ThreatModel {
  /// The same with a larger radius.
  fileprivate func enlarged(by factor: Double) -> ThreatModel {
    do {
      let larger = try PerturbationBudget(budget.norm, epsilon: budget.epsilon * factor)
      return ThreatModel(larger, pixels: pixels)
    } catch {
      preconditionFailure("\(budget) enlarged by \(factor): \(error)")
    }
  }
}
