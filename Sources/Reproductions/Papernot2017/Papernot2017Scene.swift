import Attacks
import Datasets
import Evaluation
import Imaging
import Oracles
import ProgramIR
import ProgramRuntime
import Substitutes
import TensorModule
import ThreatModels

/// The attacker's pictures for one seed, and those that are measured on.
struct Papernot2017Scene {
  private let plan: Papernot2017Plan
  private let seed: Int
  private let seeds: [Picture]
  private let pool: NaturalPictures
  private let measured: Tensor
  private let labels: [Int]
  private let answers: [Int]
  private let oracle: any DifferentiableClassifier

  /// Test pictures in an order of the seed: seeds, those that are measured on, and a pool.
  ///
  /// - Parameter oracle: the model in production, which answers about what is measured on.
  init(
    _ plan: Papernot2017Plan, _ data: Papernot2017Data, oracle: any DifferentiableClassifier,
    seed: Int
  ) throws {
    self.plan = plan
    self.seed = seed
    self.oracle = oracle
    var numbers = RandomKey(seed: UInt64(seed)).part("attacker's pictures").makeNumbers()
    let order = data.test.shuffled(using: &numbers)
    let seedCount = max(plan.seedCount, plan.linearSeedCount)
    seeds = order.prefix(seedCount).map(\.picture)
    let own = order.dropFirst(seedCount).prefix(plan.measuredCount)
    measured = Tensor(own.map(\.picture))
    labels = own.map { $0.label ?? -1 }
    answers = try ModelOracle(oracle).labels(of: measured).integers()
    let rest = order.dropFirst(seedCount + plan.measuredCount).map(\.picture)
    pool = NaturalPictures(count: rest.count) { rest[$0] }
  }

  /// How often the model in production is right.
  var oracleAccuracy: Proportion {
    Proportion(zip(answers, labels).count { $0 == $1 }, of: labels.count)
  }

  /// Builds a substitute and measures it after each round.
  ///
  /// - Parameters:
  ///   - arm: in which way.
  ///   - service: the model in production as the attacker sees it.
  ///   - path: of the journal of queries.
  /// - Returns: nothing if a stop was wanted.
  func substitute(
    by arm: Papernot2017Arm, asking service: any QueriedModel, journal path: String,
    stopping isStopWanted: () -> Bool,
    reporting report: (SubstituteExtraction.Progress) throws -> Void
  ) throws -> Papernot2017Results.Substitute? {
    let clock = ContinuousClock.now
    let shape = service.imageShape
    var numbers = RandomKey(seed: UInt64(seed)).part("substitute weights").makeNumbers()
    let program = try ArchitectureCatalogue.architecture(arm.architecture(in: plan)).program(
      for: ClassificationTask(
        channels: shape.channels, height: shape.height, width: shape.width,
        classCount: service.classCount), using: &numbers)
    let extraction = try SubstituteExtraction(
      by: arm.substitutePlan(in: plan, seed: UInt64(seed)),
      growing: arm.growth(in: plan, pool: pool),
      from: Array(seeds.prefix(arm.seedCount(in: plan))), beginningAs: program)
    let asked = BudgetedOracle(
      service, budget: QueryBudget(limit: arm.budget(in: plan)),
      journal: try QueryJournal(continuing: path, with: QuerySetup(of: service)))
    var rounds: [Papernot2017Results.Round] = []
    let ending = try extraction.run(asking: asked, stopping: isStopWanted) { progress in
      if case .finished(let round) = progress {
        rounds.append(try measure(extraction.classifier, after: round))
      }
      try report(progress)
    }
    if ending == .interrupted { return nil }
    let substitute = extraction.classifier
    return Papernot2017Results.Substitute(
      arm: arm, seed: seed, rounds: rounds,
      fgsm: try plan.epsilons.map { try fooled(by: FGSM(), on: substitute, $0) },
      miFGSM: try plan.epsilons.map { try fooled(by: MIFGSM(), on: substitute, $0) },
      seconds: (ContinuousClock.now - clock) / .seconds(1))
  }

  private func measure(
    _ substitute: any DifferentiableClassifier, after round: SubstituteRound
  ) throws -> Papernot2017Results.Round {
    let said = try ModelOracle(substitute).labels(of: measured).integers()
    return Papernot2017Results.Round(
      round: round.round, asked: round.pictures,
      agreement: Proportion(zip(said, answers).count { $0 == $1 }, of: answers.count),
      accuracy: Proportion(zip(said, labels).count { $0 == $1 }, of: labels.count),
      fooled: try fooled(by: FGSM(), on: substitute, plan.mainEpsilon))
  }

  /// How many pictures fool the model in production, of those that it gets right, when they are attacked on
  /// another model.
  func fooled(
    by attack: any Attack, on model: any DifferentiableClassifier, _ epsilon: Double
  ) throws -> Proportion {
    let trial = try TransferTrial(
      attack, within: ThreatModel(try PerturbationBudget(.linf, epsilon: epsilon)),
      seed: UInt64(seed))
    let rows = labels.indices.filter { answers[$0] == labels[$0] }
    var fooled = 0
    for start in stride(from: 0, to: rows.count, by: Self.batchSize) {
      let own = Array(rows[start..<min(start + Self.batchSize, rows.count)])
      let points = try trial.points(
        from: measured.rows(own), labels: own.map { labels[$0] }, numbers: own, on: model)
      let found = try ModelOracle(oracle).labels(of: points).integers()
      fooled += zip(found, own).count { $0 != labels[$1] }
    }
    return Proportion(fooled, of: rows.count)
  }

  private static let batchSize = 200
}
