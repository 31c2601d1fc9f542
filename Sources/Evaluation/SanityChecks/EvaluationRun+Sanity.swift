import Attacks
public import Datasets
import TensorModule
import ThreatModels

extension EvaluationRun {
  /// All checks, cheap ones first.
  static var checks: [any SanityCheck] {
    [GradientCheck(), DeterminismCheck(), UnboundedAttackCheck(), ConvergenceCheck()]
  }

  /// Asks whether the numbers can be believed, as far as it was not asked before.
  ///
  /// Each check looks at the first few pictures that the model gets right, whatever the size of the
  /// batches; its answer goes into the journal.
  ///
  /// - Parameters:
  ///   - sample: gives the picture with a number, in the model's shape, with its class.
  ///   - report: told before each check.
  /// - Throws: ``JournalError``, ``OracleError``, or what `sample` or `report` throws.
  public func checkSanity(
    loading sample: (Int) throws -> LabelledPicture, reporting report: (Progress) throws -> Void
  ) throws {
    var subject: SanitySubject??
    for check in Self.checks where try journal.findings(of: type(of: check).name) == nil {
      var progress = try progress()
      progress.next = "sanity checks"
      try report(progress)
      let current = try subject ?? makeSubject(loading: sample)
      subject = .some(current)
      try journal.record(
        try current.map { try check.findings(on: $0) } ?? [], of: type(of: check).name)
    }
  }

  /// The first pictures that the model gets right; nothing if it gets none right.
  private func makeSubject(
    loading sample: (Int) throws -> LabelledPicture
  ) throws -> SanitySubject? {
    var parts: [AttackBatch] = []
    for range in batches {
      parts += [try openBatch(range, loading: sample).attackable(without: []).batch].compactMap {
        $0
      }
      let count = parts.reduce(0) { $0 + $1.keys.count }
      if count >= SanitySubject.count(for: model.imageShape) { break }
    }
    if parts.isEmpty { return nil }
    return SanitySubject(
      AttackBatch(joining: parts), on: model, judgedBy: judge, within: threatForChecks)
  }

  /// The largest L∞ budget, since that is what attacks are best at; the largest of another norm if
  /// there is none.
  private var threatForChecks: ThreatModel {
    let norm =
      setup.threats.contains { $0.budget.norm == .linf } ? .linf : setup.threats[0].budget.norm
    let ofNorm = setup.threats.filter { $0.budget.norm == norm }
    return ofNorm.max { $0.budget.epsilon < $1.budget.epsilon } ?? setup.threats[0]
  }
}

extension Journal {
  /// The sanity checks that the setup promises and that have no answer.
  func missingChecks() throws(JournalError) -> [String] {
    guard setup.checksSanity else { return [] }
    var missing: [String] = []
    for check in EvaluationRun.checks {
      let name = type(of: check).name
      if try findings(of: name) == nil { missing.append(name) }
    }
    return missing
  }

  /// Keeps a finding that was made outside the run, such as one about the model's file.
  public func note(_ finding: Finding) throws(JournalError) {
    try record([finding], of: finding.kind.rawValue)
  }
}
