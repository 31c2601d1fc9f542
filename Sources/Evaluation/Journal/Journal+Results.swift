import Attacks
import Foundation
import GRDB

extension Journal {
  /// What the evaluation has found so far, over the batches on which nothing is missing.
  ///
  /// What the journal holds beyond the plan does not count; ``Verification`` reports it.
  ///
  /// - Parameter plan: made for the journal's setup.
  /// - Returns: nothing while no batch is complete.
  public func results(of plan: EvaluationPlan) throws(JournalError) -> EvaluationResults? {
    let (work, checkWork) = (try work(of: plan), try checkWork(of: plan))
    let units = plan.units(under: setup.threats)
    let all = Dictionary(grouping: try samples(in: 0..<setup.data.count)) {
      setup.firstOfBatch(with: $0.number)
    }
    let done = Dictionary(grouping: work, by: \.first)
    let complete = setup.batches.filter { batch in
      done[batch.lowerBound]?.count == units.count && all[batch.lowerBound]?.count == batch.count
    }.map(\.lowerBound)
    let samples = complete.flatMap { all[$0] ?? [] }
    if samples.isEmpty { return nil }
    let numbers = Set(samples.map(\.number))
    let columns = Set(plan.columns.map { EvaluationPlan.Unit(line: $0.line, threat: $0.threat) })
    let results = try reading { try JournalResult.fetchAll($0) }.filter {
      numbers.contains($0.sample)
        && columns.contains(EvaluationPlan.Unit(line: $0.attack, threat: $0.threat))
    }
    guard results.allSatisfy({ $0.confidence.isFinite && $0.l2.isFinite }),
      samples.allSatisfy({ $0.confidence.isFinite }),
      (work + checkWork).allSatisfy({ $0.seconds.isFinite })
    else { throw .malformed(path) }
    let tally = EvaluationTally(
      setup: setup, plan: plan, samples: samples, results: results,
      work: work.filter { complete.contains($0.first) } + checkWork)
    return EvaluationResults(
      setup: setup, progress: .init(done: samples.count, total: setup.data.count),
      cleanAccuracy: tally.cleanAccuracy, worstCases: tally.worstCases, attacks: tally.attacks,
      findings: try findings().map(tally.weighed) + tally.findings, samples: tally.summaries)
  }

  /// The units of work that are done, of those that are planned.
  func work(of plan: EvaluationPlan) throws(JournalError) -> [JournalWork] {
    let units = plan.units(under: setup.threats)
    let starts = Set(setup.batches.map(\.lowerBound))
    return try reading { try JournalWork.fetchAll($0) }.filter {
      units.contains(EvaluationPlan.Unit(line: $0.attack, threat: $0.threat))
        && starts.contains($0.first)
    }
  }

  /// The work of the sanity checks on behalf of their line in the plan.
  func checkWork(of plan: EvaluationPlan) throws(JournalError) -> [JournalWork] {
    guard let unit = plan.sanityUnit else { return [] }
    return try reading {
      try JournalWork
        .filter(
          Column("attack") == unit.line && Column("threat") == unit.threat && Column("first") == 0
        )
        .fetchAll($0)
    }
  }

  /// What all sanity checks found.
  private func findings() throws(JournalError) -> [Finding] {
    let lists = try reading { database in
      try String.fetchAll(database, sql: "SELECT json FROM finding ORDER BY check_")
    }
    var findings: [Finding] = []
    for json in lists {
      guard let found = try? JSONDecoder().decode([Finding].self, from: Data(json.utf8)) else {
        throw .malformed(path)
      }
      findings += found
    }
    let missing = try missingChecks()
    if missing.isEmpty { return findings }
    return findings + [
      Finding(
        .sanityChecksMissing, .warning,
        observation:
          "the journal has no answer of \(missing.count) of the sanity checks that were to "
          + "be made (\(missing.joined(separator: ", ")))",
        advice: "nothing is known of what they would have found: run the same command again")
    ]
  }

  /// The original and the adversarial point of a sample that an attack fooled.
  ///
  /// - Parameters:
  ///   - line: the number of the attack in the plan.
  ///   - threat: the number of the budget in the setup.
  ///   - sample: the number in the data set.
  func stored(line: Int, threat: Int, sample: Int) throws(JournalError) -> Data? {
    try reading { database in
      try Data.fetchOne(
        database,
        sql: """
          SELECT data FROM point JOIN result ON result.point = point.id
          WHERE attack = ? AND threat = ? AND sample = ?
          """,
        arguments: [line, threat, sample])
    }
  }
}
