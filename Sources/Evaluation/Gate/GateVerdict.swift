public import ThreatModels

/// Whether an evaluation passes what was demanded of it.
public struct GateVerdict: Hashable, Sendable {
  /// One demand, and what was found.
  public struct Check: Hashable, Sendable {
    /// The budget and the grid that it is about; nothing if it is about none.
    public var threat: ThreatModel?
    /// Whether the demand is met.
    public var passed: Bool
    /// What was compared with what, in one sentence.
    public var sentence: String

    /// A check.
    public init(of threat: ThreatModel? = nil, passed: Bool, sentence: String) {
      self.threat = threat
      self.passed = passed
      self.sentence = sentence
    }
  }

  /// All checks, in the order in which they were asked for.
  public var checks: [Check]

  /// A verdict.
  public init(_ checks: [Check]) { self.checks = checks }

  /// Whether every demand is met.
  public var passed: Bool { checks.allSatisfy(\.passed) }
}
