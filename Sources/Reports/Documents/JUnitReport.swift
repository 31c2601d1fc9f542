public import Evaluation
import Mustache
import ThreatModels

/// An evaluation as JUnit XML, for what shows the results of tests.
///
/// One suite holds a case for completeness, one for each budget's worst case, one for each attack
/// under each budget, and one for each warning. Only the gate and missing pictures fail; a gate fails
/// for warnings too unless it is told to ignore them.
public struct JUnitReport: Hashable, Sendable {
  /// What was found.
  public var results: EvaluationResults
  /// Whether that was enough; nothing if nobody demanded anything.
  public var gate: GateVerdict?
  /// A report.
  public init(_ results: EvaluationResults, gate: GateVerdict? = nil) {
    self.results = results
    self.gate = gate
  }

  /// The document, to be written in UTF-8.
  public var xml: String { JUnitTemplate.template.render(JUnitView(self)) }
}

/// A JUnit report as the template wants it.
private struct JUnitView {
  let suiteName, tests, failures, time: String
  let suiteProperties: [Property]
  let cases: [Case]

  struct Property {
    let key, value: String
  }

  struct Case {
    let group: String
    var name: String
    let caseTime: String
    let failure: Failure?
    let properties: [Property]
    let hasProperties: Bool
    let output: String

    init(
      group: String, name: String, seconds: Double = 0, failure: Failure? = nil,
      properties: [Property] = [], output: String
    ) {
      self.group = group
      self.name = name
      caseTime = seconds.isFinite ? String(seconds) : "0"
      self.failure = failure
      self.properties = properties
      hasProperties = !properties.isEmpty
      self.output = output
    }
  }

  struct Failure {
    let kind, message: String
  }

  init(_ report: JUnitReport) {
    let results = report.results
    var cases = [Self.completeness(of: results)]
    cases += results.worstCases.map {
      Self.worstCase($0, doubt: results.doubts.doubtWords, gate: report.gate)
    }
    cases += Self.withDistinctNames((report.gate?.generalChecks ?? []).map(Self.general))
    cases += Self.withDistinctNames(results.attacks.map(Self.attack))
    cases += Self.withDistinctNames(
      results.sortedFindings.filter { $0.severity == .warning }.map(Self.finding))
    self.cases = cases
    suiteName = "Robustness of \(results.setup.modelName)".safe
    tests = String(cases.count)
    failures = String(cases.count { $0.failure != nil })
    let seconds = results.attacks.map(\.seconds).filter(\.isFinite).reduce(0, +)
    time = String(seconds)
    suiteProperties = results.setup.rows.map { Property(key: $0.name.safe, value: $0.value.safe) }
  }

  private static func completeness(of results: EvaluationResults) -> Case {
    Case(
      group: "adversary.evaluation", name: "all pictures are done",
      failure: results.progressWarning.map { Failure(kind: "incomplete", message: $0.safe) },
      output: results.verdict.safe)
  }

  private static func worstCase(
    _ worst: EvaluationResults.WorstCase, doubt: String?, gate: GateVerdict?
  ) -> Case {
    let checks = gate?.checks(of: worst.threat) ?? []
    return Case(
      group: "adversary.worst-case", name: worst.threat.words.safe,
      failure: failure(of: checks),
      properties: properties(of: worst.counts, worst.robustAccuracy),
      output: (doubt.map { "\($0): robust accuracy at most " } ?? "Robust accuracy ")
        + "\(worst.robustAccuracy.words)."
        + checks.map { " \($0.sentence)" }.joined().safe)
  }

  private static func general(_ check: GateVerdict.Check) -> Case {
    Case(
      group: "adversary.gate", name: check.sentence.safe, failure: failure(of: [check]),
      output: check.sentence.safe)
  }

  private static func failure(of checks: [GateVerdict.Check]) -> Failure? {
    let failed = checks.filter { !$0.passed }
    if failed.isEmpty { return nil }
    return Failure(kind: "gate", message: failed.map(\.sentence).joined(separator: " ").safe)
  }

  private static func attack(_ result: AttackResult) -> Case {
    let sizes = result.perturbationWords
    return Case(
      group: "adversary.attack",
      name: "\(result.fullName), \(result.threat.words)".safe,
      seconds: result.seconds,
      properties: properties(of: result.counts, result.robustAccuracy) + [
        Property(key: "error rate", value: String(result.errorRate)),
        Property(
          key: "mean confidence on errors",
          value: result.meanConfidenceOnErrors.map { String($0) } ?? "none"),
        Property(key: "forward passes", value: String(result.forwardPasses)),
        Property(key: "backward passes", value: String(result.backwardPasses)),
        Property(key: "settings", value: result.settings.compactText.safe),
      ],
      output: "Robust accuracy \(result.robustAccuracy.words), fooled \(result.fooledWords), "
        + "perturbation at most \(sizes.maximum), median \(sizes.median).")
  }

  private static func finding(_ finding: Finding) -> Case {
    Case(
      group: "adversary.finding", name: finding.kind.rawValue,
      output: "\(finding.observation) \(finding.advice)".safe)
  }

  private static func properties(of counts: Counts, _ share: Proportion) -> [Property] {
    [
      ("pictures", counts.total), ("initially wrong", counts.initiallyWrong),
      ("attacked", counts.attacked), ("newly wrong", counts.newlyWrong),
      ("invalid", counts.invalid),
    ].map { Property(key: $0, value: String($1)) }
      + [
        ("robust accuracy", share.value), ("interval low", share.low),
        ("interval high", share.high),
      ].map { Property(key: $0, value: String($1)) }
  }

  /// The cases with a number behind names that occur again, because readers tell cases by name.
  private static func withDistinctNames(_ cases: [Case]) -> [Case] {
    var seen: [String: Int] = [:]
    return cases.map { item in
      seen[item.name, default: 0] += 1
      guard let count = seen[item.name], count > 1 else { return item }
      var renamed = item
      renamed.name += " (\(count))"
      return renamed
    }
  }
}

/// The XML of a JUnit report.
private enum JUnitTemplate {
  static let template = MustacheTemplate(
    ofOurs: """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="adversary" tests="{{tests}}" failures="{{failures}}" errors="0" \
      time="{{time}}">
      <testsuite name="{{suiteName}}" tests="{{tests}}" failures="{{failures}}" errors="0" \
      skipped="0" time="{{time}}">
      <properties>
      {{#suiteProperties}}
      <property name="{{key}}" value="{{value}}"/>
      {{/suiteProperties}}
      </properties>
      {{#cases}}
      <testcase classname="{{group}}" name="{{name}}" time="{{caseTime}}">
      {{#hasProperties}}
      <properties>
      {{#properties}}
      <property name="{{key}}" value="{{value}}"/>
      {{/properties}}
      </properties>
      {{/hasProperties}}
      {{#failure}}
      <failure type="{{kind}}" message="{{message}}">{{message}}</failure>
      {{/failure}}
      <system-out>{{output}}</system-out>
      </testcase>
      {{/cases}}
      </testsuite>
      </testsuites>

      """)
}
