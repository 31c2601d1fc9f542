import Attacks
public import Datasets
import Foundation
import Imaging
import TensorModule
public import ThreatModels

/// An evaluation that is carried out unit by unit and goes on where its journal ends.
///
/// Batches of pictures have fixed boundaries, and a unit is one attack under one budget (or all
/// budgets of a norm, if the attack looks for the nearest example) on one batch. What the journal has
/// is not computed again.
public struct EvaluationRun {
  /// How far the run is.
  public struct Progress: Hashable, Sendable {
    /// Units that are done, counting those of earlier processes.
    public var done: Int
    /// All units.
    public var total: Int
    /// What comes next, for people.
    public var next: String
  }

  let setup: EvaluationSetup
  let plan: EvaluationPlan
  let journal: Journal
  /// What attacks see.
  let model: any DifferentiableClassifier
  /// What decides.
  let judge: any Classifier
  let counter: any PassCounting

  /// A run on a model without a defence before it.
  ///
  /// - Parameters:
  ///   - plan: made for the setup's attacks and budgets.
  ///   - journal: holds the setup, and whatever was found before.
  ///   - model: the model under test.
  public init(
    _ plan: EvaluationPlan, recordingTo journal: Journal,
    on model: any DifferentiableClassifier & PassCounting
  ) {
    self.init(
      plan, recordingTo: journal, attacking: model, judgedBy: model, countingPassesOf: model)
  }

  /// A run in which attacks see something else than what decides.
  ///
  /// - Parameters:
  ///   - plan: made for the setup's attacks and budgets.
  ///   - journal: holds the setup, and whatever was found before.
  ///   - model: what attacks see of the model under test.
  ///   - judge: the model under test: says what is right before an attack, and what fools it.
  ///   - counter: counts the pictures that go through the network.
  public init(
    _ plan: EvaluationPlan, recordingTo journal: Journal,
    attacking model: any DifferentiableClassifier, judgedBy judge: any Classifier,
    countingPassesOf counter: any PassCounting
  ) {
    self.judge = judge
    self.counter = counter
    setup = journal.setup
    self.plan = plan
    self.journal = journal
    self.model = model
  }

  /// How far the run is now.
  public func progress() throws(JournalError) -> Progress {
    Progress(
      done: try journal.work(of: plan).count,
      total: plan.units(under: setup.threats).count * setup.batches.count, next: "")
  }

  /// Works until nothing is left to do.
  ///
  /// - Parameters:
  ///   - sample: gives the picture with a number, in the model's shape, with its class.
  ///   - report: told before each unit.
  /// - Throws: ``JournalError``, ``OracleError``, or what `sample` or `report` throws.
  public func run(
    loading sample: (Int) throws -> LabelledPicture, reporting report: (Progress) throws -> Void
  ) throws {
    var progress = try progress()
    for range in setup.batches {
      var batch: EvaluationBatch?
      for (index, line) in plan.lines.enumerated() {
        for unit in line.units(under: setup.threats)
        where try !journal.isDone(attack: index, threat: unit[0], first: range.lowerBound) {
          progress.next = "\(line.name), \(setup.threats[unit[0]].budget)"
          try report(progress)
          let current = try batch ?? openBatch(range, loading: sample)
          batch = current
          try work(on: current, line, numbered: index, threats: unit)
          progress.done += 1
        }
      }
    }
    progress.next = ""
    try report(progress)
  }

  /// A batch as the journal knows it, or as the model sees it now.
  func openBatch(
    _ range: Range<Int>, loading sample: (Int) throws -> LabelledPicture
  ) throws -> EvaluationBatch {
    let recorded = try journal.samples(in: range)
    if recorded.count == range.count {
      return try EvaluationBatch(recorded, shape: model.imageShape, seed: setup.seed)
    }
    let pictures = try range.map { (number: $0, sample: try sample($0)) }
    let fresh = try EvaluationBatch.samples(pictures, objective: setup.objective, on: judge)
    try journal.record(fresh)
    return try EvaluationBatch(fresh, shape: model.imageShape, seed: setup.seed)
  }

  private func work(
    on batch: EvaluationBatch, _ line: EvaluationPlan.Line, numbered index: Int, threats: [Int]
  ) throws {
    let start = ContinuousClock.now
    let passesBefore = counter.passes
    let first = setup.threats[threats[0]]
    let done = try journal.fooled(by: line.predecessors, threat: threats[0])
    let part = batch.attackable(without: done)
    var results: [JournalResult] = []
    var points: [Int: Data] = [:]
    if let attacked = part.batch {
      let found =
        threats.count > 1 || (line.ensemble == nil && type(of: line.attack).minimizesNorm)
        ? try line.attack.nearestPoints(
          for: attacked, on: model, in: first.budget.norm, pixels: first.pixels)
        : try line.attack.points(for: attacked, on: model, within: first)
      let judgement = try Judgement(
        of: found, around: attacked.images, toward: attacked.goal, by: judge,
        on: first.pixels)
      for threat in threats {
        results += part.numbers.indices.map { row in
          JournalResult(
            judgement, row: row, attack: index, threat: threat, sample: part.numbers[row],
            outcome: judgement.outcome(
              ofRow: row, within: setup.threats[threat].budget,
              promised: !type(of: line.attack).minimizesNorm))
        }
      }
      let rows = Dictionary(uniqueKeysWithValues: part.numbers.enumerated().map { ($1, $0) })
      for result in results where result.outcome == .newlyWrong && points[result.sample] == nil {
        guard let row = rows[result.sample] else { continue }
        points[result.sample] = try StoredPoint(found[row], on: first.pixels).data
      }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try journal.record(
      results, points: points,
      of: JournalWork(
        attack: index, threat: threats[0], first: batch.first,
        passes: counter.passes - passesBefore,
        seconds: seconds))
  }
}
