public import Attacks
public import Evaluation
public import Oracles
public import ThreatModels
import Training

/// What a substitute is built from and how, as far as its weights depend on it.
public struct SubstituteSetup: Hashable, Codable, Sendable {
  /// The network or file that the substitute begins as.
  public struct Model: Hashable, Codable, Sendable {
    /// The name of an architecture, or the path of a file.
    public var source: String
    /// The SHA-256 digest of the file; nothing for an architecture.
    public var sha256: String?
    /// What is done to pixels first; nothing for nothing.
    public var normalization: String?
    /// How else the file is used, by name; nothing if nothing was said.
    public var options: [String: String]?

    /// A beginning.
    public init(
      source: String, sha256: String? = nil, normalization: String? = nil,
      options: [String: String]? = nil
    ) {
      self.source = source
      self.sha256 = sha256
      self.normalization = normalization
      self.options = options
    }

    /// Whether another beginning is the same one, wherever its file lies.
    func isSame(as other: Model) -> Bool {
      guard sha256 != nil else { return self == other }
      return sha256 == other.sha256 && normalization == other.normalization
        && options == other.options
    }
  }

  /// Further models that learn from the same answers when the rounds are over.
  public struct Ensemble: Hashable, Codable, Sendable {
    /// What they begin as; the substitute is not among them.
    public var members: [Model]
    /// What attacks see of them and the substitute: what is averaged.
    public var fusion: ClassifierEnsemble.Fusion

    /// An ensemble.
    public init(_ members: [Model], averaging fusion: ClassifierEnsemble.Fusion) {
      self.members = members
      self.fusion = fusion
    }

    /// What is averaged, in words: `mean logits`.
    public var average: String { "mean \(fusion.rawValue)" }

    /// Whether these are its members.
    func hasMembers(_ models: [Model]) -> Bool {
      members.elementsEqual(models) { $0.isSame(as: $1) }
    }
  }

  /// An attack that is to be shown to the service when the rounds are over.
  public struct PlannedAttack: Hashable, Codable, Sendable {
    /// What tells the attack from its variants, such as `APGD-CE`.
    public var title: String
    /// The attack by name, with its settings.
    public var attack: RunManifest.AttackSettings
    /// The budget and the grid.
    public var threat: ThreatModel
    /// The class to be taken for; nothing for any wrong class.
    public var target: Int?

    /// Whether the attack does not look at the substitute.
    public var isControl: Bool { attack.attack?.isControl ?? false }

    /// An attack as a setup names it.
    public init(_ trial: TransferTrial) {
      title = trial.attack.title
      attack = .init(of: trial.attack)
      threat = trial.threat
      target = trial.target
    }
  }

  /// The pictures that are there at first.
  public struct Seeds: Hashable, Codable, Sendable {
    /// Where they are from.
    public var path: String
    /// Which part of the data set.
    public var split: String
    /// How many are learned from.
    public var count: Int
    /// How many more are held out to measure agreement.
    public var heldOut: Int
    /// The SHA-256 digest of all of them, in their order.
    public var sha256: String

    /// Seeds.
    public init(path: String, split: String, count: Int, heldOut: Int, sha256: String) {
      self.path = path
      self.split = split
      self.count = count
      self.heldOut = heldOut
      self.sha256 = sha256
    }
  }

  /// The version of this format.
  public var formatVersion = 1
  /// The version of the program.
  public var version: String
  /// The version of the engine.
  public var engineVersion: String
  /// Which service is asked, and how.
  public var service: QuerySetup
  /// What the substitute begins as.
  public var model: Model
  /// What else learns from the answers; nothing for nothing.
  public var ensemble: Ensemble?
  /// What it learns from at first.
  public var seeds: Seeds
  /// Where further questions come from.
  public var growth: String
  /// How it learns.
  public var plan: SubstitutePlan
  /// What is to be shown to the service afterwards; nothing if that was not kept.
  public var attacks: [PlannedAttack]?

  /// A setup.
  public init(
    version: String, engineVersion: String, service: QuerySetup, model: Model,
    ensemble: Ensemble? = nil, seeds: Seeds, growth: String, plan: SubstitutePlan,
    attacks: [PlannedAttack]? = nil
  ) {
    self.version = version
    self.engineVersion = engineVersion
    self.service = service
    self.model = model
    self.ensemble = ensemble
    self.seeds = seeds
    self.growth = growth
    self.plan = plan
    self.attacks = attacks
  }

  /// Whether attacks work on the same models as one, so that they lead to the same points.
  func isAttacked(as other: SubstituteSetup) -> Bool {
    guard let ensemble, let others = other.ensemble else { return ensemble == other.ensemble }
    return ensemble.fusion == others.fusion && ensemble.hasMembers(others.members)
  }

  /// What another setup has otherwise, in words; nothing if one run can go on as the other.
  ///
  /// Where files lie does not matter, only what is in them, nor when to stop asking, nor what else learns from
  /// the answers or is attacked when that is over.
  func differences(from other: SubstituteSetup) -> [String] {
    var (mine, theirs) = (self, other)
    mine.plan.enoughAgreement = theirs.plan.enoughAgreement
    mine.plan.rounds = theirs.plan.rounds
    mine.plan.patience = theirs.plan.patience
    mine.ensemble = theirs.ensemble
    mine.attacks = theirs.attacks
    if mine.model.isSame(as: theirs.model) { mine.model = theirs.model }
    if mine.seeds.sha256 == theirs.seeds.sha256 { mine.seeds.path = theirs.seeds.path }
    return SettingsComparison.differences(between: mine, and: theirs)
  }
}
