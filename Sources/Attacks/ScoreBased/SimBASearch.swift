import TensorModule
import ThreatModels

/// One walk of ``SimBA`` on all pictures of a batch.
///
/// The iterate stays in the ball among real numbers; the model is asked at the allowed point next to it.
struct SimBASearch {
  /// [N, C, H, W]: the point of the greatest loss of every picture.
  private(set) var points: Tensor
  private var iterates: Tensor
  private var losses: [Double]
  private var asked: [Int]
  private var walks: [BasisWalk]
  /// The pictures that are still worked on, with their goals and allowed points.
  private var open: [Int]
  private var goal: Goal
  private var feasible: FeasibleSet
  private let basis: WalkBasis
  private let settings: SimBA
  private let threat: ThreatModel

  /// A walk that has asked nothing yet.
  ///
  /// - Parameters:
  ///   - batch: the pictures.
  ///   - numbers: a source of randomness for each picture.
  ///   - settings: which directions and how far.
  ///   - threat: the budget, of norm L∞ or L2, and the grid.
  init(
    _ batch: AttackBatch, numbers: [RandomNumbers], settings: SimBA, within threat: ThreatModel
  ) {
    let shape = batch.images.shape
    let basis = WalkBasis(
      settings, shape: ImageShape(channels: shape[1], height: shape[2], width: shape[3]))
    self.basis = basis
    self.settings = settings
    self.threat = threat
    walks = numbers.map { BasisWalk(count: basis.count, numbers: $0) }
    losses = [Double](repeating: -.infinity, count: numbers.count)
    asked = [Int](repeating: 0, count: numbers.count)
    open = Array(numbers.indices)
    goal = batch.goal
    feasible = threat.feasibleSet(around: batch.images)
    iterates = feasible.projected(batch.starts ?? batch.images)
    points = feasible.realized(iterates)
  }

  /// Whether there is nothing left to work on.
  var isFinished: Bool { open.isEmpty }

  /// Asks about one new point for each picture that is worked on: about the start if nothing was asked.
  ///
  /// Steps that change nothing are passed over; so a picture may be asked about later than others.
  mutating func ask(_ oracle: any ScoreOracle) throws(OracleError) {
    if asked[open[0]] == 0 {
      try consider(iterates, at: points, rows: Array(open.indices), asking: oracle)
      return
    }
    let moved = feasible.projected(iterates.rows(open) + steps())
    let candidates = feasible.realized(moved)
    let changed = (candidates - points.rows(open)).flattenedSamples().magnitude().max(along: [1])
      .floats().map { $0 > 0 }
    for (index, row) in open.enumerated() where !changed[index] { walks[row].note(helped: false) }
    let rows = open.indices.filter { changed[$0] }
    if rows.isEmpty {
      close { _ in false }
    } else {
      try consider(moved.rows(rows), at: candidates.rows(rows), rows: rows, asking: oracle)
    }
  }

  /// The next step of each picture that is worked on: [n, C, H, W].
  private func steps() -> Tensor {
    let shape = Array(points.shape.dropFirst())
    let size = shape.reduce(1, *)
    var values = [Float](repeating: 0, count: open.count * size)
    for (index, row) in open.enumerated() {
      let sign = walks[row].isBackwards ? -1.0 : 1
      basis.add(walks[row].direction, to: &values, at: index * size) { sign * length(peak: $0) }
    }
    return Tensor(values, shape: [open.count] + shape)
  }

  /// How far a step goes in a direction whose largest value is given.
  private func length(peak: Double) -> Double {
    let usual = threat.budget.norm == .linf ? threat.budget.epsilon / peak : 0.2
    let length = settings.stepSize ?? usual
    return threat.pixels == .eightBit ? max(length, 1 / 255 / peak) : length
  }

  /// Asks about points and keeps those that help.
  ///
  /// - Parameters:
  ///   - moved: the iterates that the points are next to.
  ///   - candidates: what is asked about.
  ///   - rows: which of the open pictures they belong to.
  private mutating func consider(
    _ moved: Tensor, at candidates: Tensor, rows: [Int], asking oracle: any ScoreOracle
  ) throws(OracleError) {
    let scores = try oracle.scores(of: candidates).converted(to: .float64)
    let goal = rows.count == open.count ? goal : goal.rows(Tensor(rows))
    let found = goal.logOdds(of: scores).doubles()
    let reached = goal.isReached(by: scores).truths()
    var better: [Int] = []
    for (index, place) in rows.enumerated() {
      let row = open[place]
      let helps = found[index] > losses[row] || reached[index]
      if asked[row] > 0 { walks[row].note(helped: helps) }
      asked[row] += 1
      guard helps else { continue }
      losses[row] = found[index]
      better.append(index)
    }
    if !better.isEmpty {
      let numbers = better.map { open[rows[$0]] }
      iterates = iterates.replacingRows(numbers, with: moved.rows(better))
      points = points.replacingRows(numbers, with: candidates.rows(better))
    }
    let done = Set(rows.indices.filter { reached[$0] }.map { rows[$0] })
    close { done.contains($0) }
  }

  /// Leaves alone the open pictures that are done, that have no query left, or that no step helps.
  private mutating func close(where isDone: (Int) -> Bool) {
    let kept = open.indices.filter {
      !isDone($0) && asked[open[$0]] < settings.queries && !walks[open[$0]].isExhausted
    }
    if kept.count == open.count { return }
    open = kept.map { open[$0] }
    goal = goal.rows(Tensor(kept))
    feasible = feasible.rows(Tensor(kept))
  }
}

extension Goal {
  /// The logarithm of the odds against the labels, or of those for the targets.
  ///
  /// It grows as the cross-entropy does, but where a model is all but certain it goes on growing.
  ///
  /// - Parameter scores: [N, K], logits or logarithms of probabilities.
  /// - Returns: [N].
  fileprivate func logOdds(of scores: Tensor) -> Tensor {
    let classes = (targets ?? labels).unsqueezed(at: 1)
    let own = scores.gathered(along: 1, at: classes).squeezed(at: 1)
    let against = scores.filled(along: 1, at: classes, with: -.infinity).logSumExp() - own
    return targets == nil ? against : -against
  }
}
