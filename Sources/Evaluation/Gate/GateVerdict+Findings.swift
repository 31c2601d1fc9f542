extension EvaluationResults {
  /// What makes the robust accuracy doubtful, each kind of warning once, in words such as `zero
  /// gradients`; empty if nothing does.
  public var doubts: [String] {
    var kinds: [Finding.Kind] = []
    for finding in findings where finding.severity == .warning && !kinds.contains(finding.kind) {
      kinds.append(finding.kind)
    }
    return kinds.map { $0.rawValue.replacing("-", with: " ") }
  }
}

extension GateVerdict.Check {
  /// That no finding makes the robust accuracy doubtful.
  ///
  /// - Parameters:
  ///   - results: of the evaluation.
  ///   - ignoresFindings: whether it passes all the same, and says so.
  /// - Returns: nothing if there is no such finding; a reminder if nobody looked for any.
  public static func credibility(
    of results: EvaluationResults, ignoringFindings ignoresFindings: Bool
  ) -> GateVerdict.Check? {
    let doubts = results.doubts.joined(separator: ", ")
    if doubts.isEmpty {
      return results.setup.checksSanity
        ? nil
        : .init(
          passed: true,
          sentence: "Nothing was checked that could make the robust accuracy doubtful, as was "
            + "asked for (--no-sanity).")
    }
    if ignoresFindings {
      return .init(
        passed: true,
        sentence: "The robust accuracy is doubtful (\(doubts)), which is ignored as was asked for "
          + "(--ignore-findings).")
    }
    let reasons = results.findings.filter { $0.severity == .warning }.map(\.observation)
    return .init(
      passed: false,
      sentence:
        "The robust accuracy cannot be believed (\(doubts)); --ignore-findings lets it pass. "
        + reasons.joined(separator: " "))
  }
}
