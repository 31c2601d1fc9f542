import TensorModule
import ThreatModels

/// One run of APGD: uphill from a start, with steps that a ``StepRule`` makes.
///
/// The iterate moves among real numbers; the model is asked at the allowed point next to it.
struct AdaptiveAscent<Rule: StepRule> {
  /// Points that reach the goal, of pictures that are no longer worked on.
  private struct Finished {
    let numbers: [Int]
    let points: Tensor
    let losses: [Float]
  }

  private let loss: (Goal, Tensor) -> Tensor
  private var rule: Rule
  private var numbers: [Int]
  private var goal: Goal
  private var lossGoal: Goal
  private var feasible: FeasibleSet
  private var iterate: Tensor
  /// Where the iterate was a step ago, whatever has been done to it since.
  private var previous: Tensor?
  /// The points with the greatest losses so far.
  private(set) var bestIterate: Tensor
  private var bestGradient: Tensor
  private var bestLosses: [Float]
  private var finished: [Finished] = []

  /// A run that is about to begin.
  ///
  /// - Parameters:
  ///   - batch: the pictures, with what is wanted of them.
  ///   - numbers: which rows of the best points they are.
  ///   - lossGoal: towards what the loss grows, which may be one of many classes that would do.
  ///   - loss: from a goal and logits [N, K] to losses [N].
  ///   - start: one point for each picture; projected first.
  ///   - rule: makes the steps.
  ///   - threat: the budget and the grid.
  init(
    _ batch: AttackBatch, numbered numbers: [Int], toward lossGoal: Goal,
    loss: @escaping (Goal, Tensor) -> Tensor, from start: Tensor, by rule: Rule,
    within threat: ThreatModel
  ) {
    self.loss = loss
    self.rule = rule
    self.numbers = numbers
    goal = batch.goal
    self.lossGoal = lossGoal
    feasible = threat.feasibleSet(around: batch.images)
    iterate = rule.projected(start, in: feasible)
    bestIterate = iterate
    bestGradient = iterate.filled(with: 0)
    bestLosses = [Float](repeating: -.infinity, count: numbers.count)
  }

  /// Takes all steps.
  ///
  /// - Parameter stopsAtSuccess: whether a picture that has reached its goal is left alone.
  mutating func climb(
    _ steps: Int, on model: any DifferentiableClassifier, stopsAtSuccess: Bool = true
  ) throws(EngineError) {
    for step in 0...steps {
      let point = feasible.realized(iterate)
      // Nobody needs the gradient at the last point.
      var seen =
        step < steps
        ? try model.lossGradient(at: point) { loss(lossGoal, $0) }
        : try look(at: point, on: model)
      var losses = seen.losses.floats()
      let reached = stopsAtSuccess ? goal.isReached(by: seen.logits).truths() : []
      if reached.contains(true) {
        let done = reached.indices.filter { reached[$0] }
        finished.append(
          Finished(
            numbers: done.map { numbers[$0] }, points: point.rows(done),
            losses: done.map { losses[$0] }))
        let open = reached.indices.filter { !reached[$0] }
        if open.isEmpty {
          numbers = []
          return
        }
        keep(open)
        losses = open.map { losses[$0] }
        seen.gradient = seen.gradient.rows(open)
      }
      note(losses, gradient: seen.gradient)
      if step == steps { return }
      var gradient = seen.gradient
      if step > 0 {
        let setBack = rule.setBacks(after: losses, best: bestLosses, at: bestIterate)
        if setBack.contains(true) {
          let mask = Tensor(setBack).broadcastPerSample(rank: iterate.rank)
          iterate = bestIterate.selected(where: mask, otherwise: iterate)
          gradient = bestGradient.selected(where: mask, otherwise: gradient)
        }
      }
      let next = rule.next(from: iterate, after: previous, along: gradient, in: feasible)
      previous = iterate
      iterate = next
    }
  }

  /// Tells what the run has found: the points that reach the goal, and the best ones of the others.
  func report(to best: inout BestPoints) {
    for finished in finished {
      best.consider(
        finished.points, reached: finished.numbers.map { _ in true }, losses: finished.losses,
        rows: finished.numbers)
    }
    if numbers.isEmpty { return }
    best.consider(
      feasible.realized(bestIterate), reached: numbers.map { _ in false }, losses: bestLosses,
      rows: numbers)
  }

  private func look(
    at point: Tensor, on model: any DifferentiableClassifier
  ) throws(EngineError) -> LossGradient {
    let logits = try model.logits(of: point)
    return LossGradient(
      logits: logits, losses: loss(lossGoal, logits), gradient: bestGradient)
  }

  private mutating func note(_ losses: [Float], gradient: Tensor) {
    let better = losses.indices.map { losses[$0] > bestLosses[$0] }
    if !better.contains(true) { return }
    for index in better.indices where better[index] { bestLosses[index] = losses[index] }
    if better.contains(false) {
      let mask = Tensor(better).broadcastPerSample(rank: iterate.rank)
      bestIterate = iterate.selected(where: mask, otherwise: bestIterate)
      bestGradient = gradient.selected(where: mask, otherwise: bestGradient)
    } else {
      bestIterate = iterate
      bestGradient = gradient
    }
  }

  private mutating func keep(_ open: [Int]) {
    let rows = Tensor(open)
    numbers = open.map { numbers[$0] }
    bestLosses = open.map { bestLosses[$0] }
    goal = goal.rows(rows)
    lossGoal = lossGoal.rows(rows)
    feasible = feasible.rows(rows)
    iterate = iterate.rows(rows)
    previous = previous?.rows(rows)
    bestIterate = bestIterate.rows(rows)
    bestGradient = bestGradient.rows(rows)
    rule.keep(open)
  }
}
