import Datasets
import Attacks
public import Evaluation
public import Oracles
public import ThreatModels

/// What came of building a substitute and attacking a service through it.
public struct SubstituteResults: Hashable, Codable, Sendable {
  /// What came of the models that learned beside the substitute.
  public struct Ensemble: Hashable, Codable, Sendable {
    /// One for each of them; the substitute is not among them.
    public var members: [SubstituteMember]
    /// On how many of the pictures that they learned from all of them, with the substitute, agree with the service
    /// as one.
    public var learned: Proportion
    /// On how many of the held-out seeds they do; nothing if none are held out.
    public var agreement: Proportion?

    /// What came of an ensemble.
    public init(members: [SubstituteMember], learned: Proportion, agreement: Proportion?) {
      self.members = members
      self.learned = learned
      self.agreement = agreement
    }
  }

  /// The pictures that are attacked.
  public struct Pictures: Hashable, Codable, Sendable {
    /// Where they are from.
    public var path: String
    /// On how many of them the service gives the true class.
    public var right: Proportion
    /// Whether they have no labels, so that the service's own answer counts as the truth.
    public var areUnlabelled: Bool
    /// What the service says of each as it is.
    public var looks: [Look]

    /// What the service says of pictures as they are; nothing if there are none.
    public init?(from path: String, _ originals: [TransferStage.Original]) {
      if originals.isEmpty { return nil }
      self.path = path
      looks = originals.map(Look.init)
      right = Self.right(of: looks)
      areUnlabelled = originals.allSatisfy { $0.sample.label == nil }
    }

    /// On how many pictures the service gives the true class.
    ///
    /// - Precondition: there are pictures.
    static func right(of looks: [Look]) -> Proportion {
      Proportion(looks.count { $0.answer == $0.label }, of: looks.count)
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
    /// What that class is called; nothing if its name is not known.
    public var targetName: String?
    /// How many pictures fool the service, of those that it got right.
    public var fooled: Proportion
    /// How many of the changed pictures the substitute, or the ensemble, gets wrong, or takes for the target; it may
    /// have been wrong about some as they were.
    public var fooledSubstitute: Proportion
    /// How many lie outside the budget or off the grid, and count as no success.
    public var invalid: Int
    /// Whether the budget of queries was spent before all were shown.
    public var isCutShort: Bool
    /// What became of each picture.
    public var attempts: [Attempt]

    /// Whether the attack does not look at the substitute.
    public var isControl: Bool { attack.attack?.isControl ?? false }

    /// The counts of some outcomes; nothing if there are none.
    public init?(
      _ outcomes: [TransferOutcome], of attack: TransferTrial, labels: [Int],
      targetName: String? = nil, isCutShort: Bool
    ) {
      guard !outcomes.isEmpty else { return nil }
      title = attack.attack.title
      self.attack = .init(of: attack.attack)
      threat = attack.threat
      target = attack.target
      self.targetName = targetName
      attempts = outcomes.map(Attempt.init)
      let counts = Counts(of: attempts, labels: labels, target: attack.target)
      fooled = counts.fooled
      fooledSubstitute = counts.fooledSubstitute
      invalid = counts.invalid
      self.isCutShort = isCutShort
    }
  }

  /// The version of the format that is written.
  static let currentFormatVersion = 1

  /// The version of this format.
  public var formatVersion = Self.currentFormatVersion
  /// How the substitute was built.
  public var setup: SubstituteSetup
  /// Why no more was asked.
  public var ending: SubstituteExtraction.Ending
  /// What came of the rounds.
  public var rounds: [SubstituteRound]
  /// What else learned from the answers; nothing if nothing did.
  public var ensemble: Ensemble?
  /// How many of the held-out seeds have the answer that the service gives most often about them.
  ///
  /// A model that says one class for all can agree on as many. Nothing if none are held out.
  public var mostFrequent: Proportion?
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
    ensemble: Ensemble? = nil, mostFrequent: Proportion?, pictures: Pictures?,
    transfers: [Transfer], queries: Int, budget: Int?, cost: Double?,
    pattern: QueryPattern
  ) {
    self.setup = setup
    self.ending = ending
    self.rounds = rounds
    self.ensemble = ensemble
    self.mostFrequent = mostFrequent
    self.pictures = pictures
    self.transfers = transfers
    self.queries = queries
    self.budget = budget
    self.cost = cost
    self.pattern = pattern
  }
}
