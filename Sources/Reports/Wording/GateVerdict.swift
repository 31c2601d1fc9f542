public import Evaluation
public import ThreatModels

/// Whether an evaluation reached the robust accuracy that was demanded of it.
public struct GateVerdict: Hashable, Sendable {
  /// The demand for one budget, and what was found.
  public struct Check: Hashable, Sendable {
    /// The budget and the grid.
    public var threat: ThreatModel
    /// The least robust accuracy that passes, 0…1.
    public var required: Double
    /// The robust accuracy of the worst case.
    public var found: Proportion
    /// Whether the demand is met.
    public var passed: Bool

    /// A check.
    public init(threat: ThreatModel, required: Double, found: Proportion, passed: Bool) {
      self.threat = threat
      self.required = required
      self.found = found
      self.passed = passed
    }

    /// A check that passes if the share that was found, not an end of its interval, is enough.
    public init(threat: ThreatModel, required: Double, found: Proportion) {
      self.init(
        threat: threat, required: required, found: found, passed: found.value >= required)
    }
  }

  /// One check for each budget with a demand.
  public var checks: [Check]

  /// A verdict.
  public init(_ checks: [Check]) { self.checks = checks }

  /// Whether every demand is met.
  public var passed: Bool { checks.allSatisfy(\.passed) }
}

extension GateVerdict.Check {
  /// The check in one sentence.
  public var sentence: String {
    "\(threat.words): \(found.value.asPercentage) robust accuracy, "
      + "\(passed ? "enough for" : "below") the required \(required.asPercentage)."
  }
}

extension GateVerdict {
  /// The check of one budget, if there is a demand for it.
  func check(of threat: ThreatModel) -> Check? { checks.first { $0.threat == threat } }

  /// The verdict in a word for people.
  var word: String { passed ? "Gate passed" : "Gate failed" }
}
