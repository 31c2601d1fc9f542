import Attacks
import Foundation
import GRDB

extension Journal {
  /// What the evaluation has found so far, over the batches on which nothing is missing.
  ///
  /// - Parameter plan: made for the journal's setup.
  /// - Returns: nothing while no batch is complete.
  public func results(of plan: EvaluationPlan) throws(JournalError) -> EvaluationResults? {
    let work = try reading { try JournalWork.fetchAll($0) }
    let units = plan.unitCount(under: setup.threats)
    let complete = Set(
      Dictionary(grouping: work, by: \.first).filter { $0.value.count == units }.keys)
    let samples = try samples(in: 0..<setup.data.count).filter {
      complete.contains($0.number / setup.batchSize * setup.batchSize)
    }
    if samples.isEmpty { return nil }
    let numbers = Set(samples.map(\.number))
    let results = try reading { try JournalResult.fetchAll($0) }
      .filter { numbers.contains($0.sample) }
    guard results.allSatisfy({ $0.confidence.isFinite && $0.l2.isFinite }),
      samples.allSatisfy({ $0.confidence.isFinite }), work.allSatisfy({ $0.seconds.isFinite })
    else { throw .malformed(path) }
    let tally = EvaluationTally(
      setup: setup, plan: plan, samples: samples, results: results,
      work: work.filter { complete.contains($0.first) })
    return EvaluationResults(
      setup: setup, progress: .init(done: samples.count, total: setup.data.count),
      cleanAccuracy: tally.cleanAccuracy, worstCases: tally.worstCases, attacks: tally.attacks,
      findings: try findings() + tally.findings, samples: tally.summaries)
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
    return findings
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
