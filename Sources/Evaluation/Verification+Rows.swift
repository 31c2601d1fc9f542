import GRDB

extension Verification {
  /// Checks that a journal holds what its setup asks for and nothing else.
  ///
  /// Results and units of work that are not in the plan count for nothing, whatever they say; pictures
  /// of a batch that was worked on must all be there, and so must the answers of the sanity checks.
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
        try journal.strayRows(of: plan) + journal.missingSamples(of: plan)
        + journal.missingChecks(of: plan)
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
    let (results, work, samples) = try reading { database in
      (
        try JournalResult.fetchAll(database), try JournalWork.fetchCount(database),
        try JournalSample
          .filter(Column("number") < 0 || Column("number") >= setup.data.count)
          .fetchCount(database)
      )
    }
    let strayResults = results.count {
      !columns.contains(EvaluationPlan.Unit(line: $0.attack, threat: $0.threat))
    }
    var reasons: [String] = []
    if strayResults > 0 {
      reasons.append("results of attacks that are not in the plan: \(strayResults)")
    }
    let strayWork = work - (try self.work(of: plan).count) - (try checkWork(of: plan).count)
    if strayWork > 0 { reasons.append("units of work that are not in the plan: \(strayWork)") }
    if samples > 0 {
      reasons.append("pictures that are not among the \(setup.data.count) of the run: \(samples)")
    }
    return reasons
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
