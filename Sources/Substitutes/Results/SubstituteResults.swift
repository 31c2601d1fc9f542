import Attacks
public import Evaluation
public import Oracles
public import ThreatModels

/// What came of building a substitute and attacking a service through it.
public struct SubstituteResults: Hashable, Codable, Sendable {
  /// The pictures that are attacked.
  public struct Pictures: Hashable, Codable, Sendable {
    /// Where they are from.
    public var path: String
    /// On how many of them the service gives the true class.
    public var right: Proportion
    /// Whether they have no labels, so that the service's own answer counts as the truth.
    public var areUnlabelled: Bool

    /// Pictures.
    public init(path: String, right: Proportion, areUnlabelled: Bool) {
      self.path = path
      self.right = right
      self.areUnlabelled = areUnlabelled
    }
  }

  /// One attack under one budget.
  public struct Transfer: Hashable, Codable, Sendable {
    /// What tells the attack from its variants, such as `APGD-CE`.
    public var title: String
    /// The attack by name, with its settings.
    public var attack: RunManifest.AttackSettings
    /// The budget and the grid.
    public var threat: ThreatModel
    /// The class to be taken for; nothing for any wrong class.
    public var target: Int?
    /// How many pictures fool the service, of those that it got right.
    public var fooled: Proportion
    /// How many of the changed pictures the substitute gets wrong, or takes for the target; it may have been
    /// wrong about some as they were.
    public var fooledSubstitute: Proportion
    /// How many lie outside the budget or off the grid, and count as no success.
    public var invalid: Int
    /// Whether the budget of queries was spent before all were shown.
    public var isCutShort: Bool

    /// The counts of some outcomes; nothing if there are none.
    public init?(
      _ outcomes: [TransferOutcome], of attack: TransferTrial, labels: [Int], isCutShort: Bool
    ) {
      guard !outcomes.isEmpty else { return nil }
      title = attack.attack.title
      self.attack = .init(of: attack.attack)
      threat = attack.threat
      target = attack.target
      fooled = Proportion(outcomes.count { $0.outcome == .newlyWrong }, of: outcomes.count)
      let goal = attack.target
      fooledSubstitute = Proportion(
        zip(outcomes, labels).count { outcome, label in
          goal.map { outcome.substitute == $0 } ?? (outcome.substitute != label)
        }, of: outcomes.count)
      invalid = outcomes.count { $0.outcome == .invalid }
      self.isCutShort = isCutShort
    }
  }

  /// The version of this format.
  public var formatVersion = 1
  /// How the substitute was built.
  public var setup: SubstituteSetup
  /// Why no more was asked.
  public var ending: SubstituteExtraction.Ending
  /// What came of the rounds.
  public var rounds: [SubstituteRound]
  /// The pictures that were attacked; nothing if none were.
  public var pictures: Pictures?
  /// What the attacks found.
  public var transfers: [Transfer]
  /// All queries that may have to be paid for, those of earlier runs with the journal among them.
  public var queries: Int
  /// How many were allowed; nothing for any number.
  public var budget: Int?
  /// What they cost; nothing if no price was given.
  public var cost: Double?
  /// What the service could have noticed from the pictures that this run asked about.
  public var pattern: QueryPattern

  /// Results.
  public init(
    setup: SubstituteSetup, ending: SubstituteExtraction.Ending, rounds: [SubstituteRound],
    pictures: Pictures?, transfers: [Transfer], queries: Int, budget: Int?, cost: Double?,
    pattern: QueryPattern
  ) {
    self.setup = setup
    self.ending = ending
    self.rounds = rounds
    self.pictures = pictures
    self.transfers = transfers
    self.queries = queries
    self.budget = budget
    self.cost = cost
    self.pattern = pattern
  }
}
