import GRDB
import ThreatModels

extension Verification {
  /// Checks that a journal holds what its setup asks for and nothing else.
  ///
  /// Results and units of work that are not in the plan count for nothing, whatever they say; a result
  /// must belong to work that is done and must not contradict itself; pictures of a batch that was
  /// worked on must all be there, and so must the answers of the sanity checks.
  ///
  /// - Parameters:
  ///   - journal: of the evaluation.
  ///   - plan: made for the journal's setup.
  mutating func checkRows(
    of journal: Journal, plan: EvaluationPlan
  ) throws(VerificationError) {
    let reasons: [String]
    do {
      reasons =
        try journal.strayRows(of: plan) + journal.unsoundResults(of: plan)
        + journal.missingSamples(of: plan) + journal.missingChecks(of: plan)
    } catch {
      throw .journal(error)
    }
    discrepancies += reasons.map { Discrepancy(sample: "the journal", reason: $0) }
  }
}

extension Journal {
  /// What the plan does not ask for.
  fileprivate func strayRows(of plan: EvaluationPlan) throws(JournalError) -> [String] {
    let columns = Set(plan.columns.map { EvaluationPlan.Unit(line: $0.line, threat: $0.threat) })
    let known = Set(EvaluationRun.checks.map { type(of: $0).name })
      .union(Finding.Kind.allCases.map(\.rawValue))
    let rows = try reading { database in
      (
        results: try JournalResult.fetchAll(database), work: try JournalWork.fetchCount(database),
        samples:
          try JournalSample
          .filter(Column("number") < 0 || Column("number") >= setup.data.count)
          .fetchCount(database),
        checks: try String.fetchAll(database, sql: "SELECT check_ FROM finding"),
        setups: try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM setup") ?? 0
      )
    }
    let planned = try self.work(of: plan).count + checkWork(of: plan).count
    let strays = [
      "results of attacks that are not in the plan": rows.results.count {
        !columns.contains(EvaluationPlan.Unit(line: $0.attack, threat: $0.threat))
      },
      "units of work that are not in the plan": rows.work - planned,
      "pictures that are not among the \(setup.data.count) of the run": rows.samples,
      "findings of checks that there are not": rows.checks.count { !known.contains($0) },
      "setups beside its own": rows.setups - 1,
      "pictures with a target that the objective does not set":
        try samples(in: 0..<setup.data.count).count { !$0.hasTarget(of: setup.objective) },
      "attacks whose settings are not those of their text": setup.attacks.count {
        (try? EvaluationSetup.AttackChoice($0.text)) != $0
      },
    ]
    return strays.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { "\($0.key): \($0.value)" }
  }

  /// Planned results that no recorded work stands behind, or that contradict themselves.
  fileprivate func unsoundResults(of plan: EvaluationPlan) throws(JournalError) -> [String] {
    var units: [EvaluationPlan.Unit: EvaluationPlan.Unit] = [:]
    for (index, line) in plan.lines.enumerated() {
      for unit in line.units(under: setup.threats) {
        for threat in unit {
          units[.init(line: index, threat: threat)] = .init(line: index, threat: unit[0])
        }
      }
    }
    let done = Dictionary(grouping: try work(of: plan)) {
      EvaluationPlan.Unit(line: $0.attack, threat: $0.threat)
    }.mapValues { Set($0.map(\.first)) }
    let samples = Dictionary(
      uniqueKeysWithValues: try samples(in: 0..<setup.data.count).map { ($0.number, $0) })
    var (orphans, contradictions) = (0, 0)
    for result in try reading({ try JournalResult.fetchAll($0) }) {
      let column = EvaluationPlan.Unit(line: result.attack, threat: result.threat)
      guard column == plan.sanityUnit || units[column] != nil else { continue }
      if let unit = units[column],
        done[unit]?.contains(setup.firstOfBatch(with: result.sample)) != true
      {
        orphans += 1
      }
      let isSound = samples[result.sample].map {
        result.isSound(of: $0, within: setup.threats[result.threat].budget)
      }
      if isSound != true { contradictions += 1 }
    }
    return [
      ("results of work that is not recorded as done", orphans),
      ("results that contradict themselves or their pictures", contradictions),
    ].filter { $0.1 > 0 }.map { "\($0.0): \($0.1)" }
  }

  /// Batches that were worked on but lack pictures.
  fileprivate func missingSamples(of plan: EvaluationPlan) throws(JournalError) -> [String] {
    let begun = Set(try work(of: plan).map(\.first))
    var reasons: [String] = []
    for batch in setup.batches where begun.contains(batch.lowerBound) {
      let missing = batch.count - (try samples(in: batch).count)
      if missing > 0 {
        reasons.append(
          "missing among the pictures \(batch.lowerBound) to \(batch.upperBound - 1): \(missing)")
      }
    }
    return reasons
  }

  /// Answers of sanity checks that the setup promises.
  fileprivate func missingChecks(of plan: EvaluationPlan) throws(JournalError) -> [String] {
    // The checks come before all work.
    if try work(of: plan).isEmpty { return [] }
    return try missingChecks().map { "the answer of the sanity check \($0) is missing" }
  }
}

extension JournalSample {
  /// Whether the picture has a target if it is to have one, and not its own class.
  fileprivate func hasTarget(of objective: Objective) -> Bool {
    switch objective {
    case .untargeted: target == nil
    case .target(let wanted): target == wanted
    case .leastLikely: target.map { $0 != label && $0 >= 0 } ?? false
    }
  }
}

extension JournalResult {
  /// Whether what the result says fits together: only pictures that the model gets right are attacked,
  /// and one that held was not taken for another class within the budget.
  fileprivate func isSound(of sample: JournalSample, within budget: PerturbationBudget) -> Bool {
    guard sample.isRight else { return false }
    let reached = sample.target.map { self.class == $0 } ?? (self.class != sample.label)
    return switch outcome {
    case .initiallyWrong: false
    case .robust: !(reached && distances.isWithin(budget))
    case .newlyWrong: reached && distances.isWithin(budget)
    case .invalid: true
    }
  }
}
