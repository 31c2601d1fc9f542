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
      try answer(check, on: current)
    }
  }

  private func answer(_ check: any SanityCheck, on subject: SanitySubject?) throws {
    let name = type(of: check).name
    guard let subject else { return try journal.record([], of: name) }
    let start = ContinuousClock.now
    let passesBefore = counter.passes
    let findings = try check.findings(on: subject)
    let finds = subject.finds.taken()
    guard let unit = plan.sanityUnit, !finds.isEmpty else {
      return try journal.record(findings, of: name)
    }
    let results = finds.map { find in
      JournalResult(
        find.judgement, row: find.row, attack: unit.line, threat: unit.threat,
        sample: subject.numbers[find.place], outcome: find.outcome)
    }
    let points = try finds.filter { $0.outcome == .newlyWrong }.map { find in
      (subject.numbers[find.place], try StoredPoint(find.point, on: subject.threat.pixels).data)
    }
    try journal.record(
      findings, of: name, results: results, points: Dictionary(uniqueKeysWithValues: points),
      work: JournalWork(
        attack: unit.line, threat: unit.threat, first: 0, passes: counter.passes - passesBefore,
        seconds: (ContinuousClock.now - start) / .seconds(1)))
  }

  /// The first pictures that the model gets right; nothing if it gets none right.
  private func makeSubject(
    loading sample: (Int) throws -> LabelledPicture
  ) throws -> SanitySubject? {
    var parts: [AttackBatch] = []
    var numbers: [Int] = []
    for range in setup.batches {
      let right = try openBatch(range, loading: sample).attackable(without: [])
      parts += [right.batch].compactMap(\.self)
      numbers += right.numbers
      if numbers.count >= SanitySubject.count(for: model.imageShape) { break }
    }
    if parts.isEmpty { return nil }
    return SanitySubject(
      AttackBatch(joining: parts), numbers: numbers, on: model, judgedBy: judge,
      within: setup.threats[setup.threatForChecks ?? 0],
      knowsAutoAttack: plan.lines.contains { $0.ensemble == AutoAttack.name })
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
    try note([finding], as: finding.kind)
  }

  /// Keeps what was found of one kind, in place of what was found of it before; none may be found now.
  public func note(_ findings: [Finding], as kind: Finding.Kind) throws(JournalError) {
    try record(findings, of: kind.rawValue)
  }
}
