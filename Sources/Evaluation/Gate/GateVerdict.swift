/// Whether an evaluation passes, with a sentence for each condition.
public struct GateVerdict: Hashable, Sendable {
  /// One condition.
  public struct Condition: Hashable, Sendable {
    /// Whether it holds.
    public var holds: Bool
    /// What was compared with what, in one sentence.
    public var sentence: String

    /// A condition.
    public init(holds: Bool, sentence: String) {
      self.holds = holds
      self.sentence = sentence
    }
  }

  /// All conditions, in the order in which they were asked for.
  public var conditions: [Condition]

  /// A verdict.
  public init(_ conditions: [Condition]) {
    self.conditions = conditions
  }

  /// Whether all conditions hold.
  public var passes: Bool { conditions.allSatisfy(\.holds) }
}
