public import ThreatModels

/// What an evaluation evaluates, and how: enough to repeat it, and what must not change between the
/// beginning of a run and its end.
public struct EvaluationSetup: Hashable, Codable, Sendable {
  /// Which pictures.
  public struct Data: Hashable, Codable, Sendable {
    /// The path as the user gave it, made absolute.
    public var path: String
    /// Which part of the data set.
    public var split: String
    /// How many pictures, from the first or evenly from all.
    public var count: Int
    /// Whether they were taken evenly from the whole data set; nothing means from its beginning.
    public var isSpread: Bool?
    /// How many classes the data set has, if it knows and not all its pictures were taken.
    public var classCount: Int?
    /// The SHA-256 digest of their names, labels, sizes and pixels, in hexadecimal.
    public var sha256: String

    /// A choice of pictures.
    public init(
      path: String, split: String, count: Int, isSpread: Bool? = nil, classCount: Int? = nil,
      sha256: String
    ) {
      self.path = path
      self.split = split
      self.count = count
      self.isSpread = isSpread
      self.classCount = classCount
      self.sha256 = sha256
    }
  }

  /// One attack as the user asked for it.
  public struct AttackChoice: Hashable, Codable, Sendable {
    /// As it is written on the command line, such as `pgd:steps=100`.
    public var text: String
    /// The name of the literature.
    public var name: String
    /// The settings as JSON.
    public var settings: JSONValue

    /// A choice.
    public init(text: String, name: String, settings: JSONValue) {
      self.text = text
      self.name = name
      self.settings = settings
    }
  }

  /// What is done to pictures before the model sees them, and what an attacker knows of it.
  public struct Defense: Hashable, Codable, Sendable {
    /// The transformations as they are written on the command line, first one first.
    public var transformations: [String]
    /// How much an attacker knows: `naive` or `adaptive`.
    public var attacker: String
    /// How many draws of a random transformation verdicts are averaged over; 1 if none is random.
    public var draws: Int

    /// A defence.
    public init(transformations: [String], attacker: String, draws: Int) {
      self.transformations = transformations
      self.attacker = attacker
      self.draws = draws
    }
  }

  /// The version of this program.
  public var version: String
  /// The version of libtorch.
  public var engineVersion: String
  /// The model under test.
  public var model: RunManifest.Model
  /// The shape of the pictures that the model takes.
  public var imageShape: ImageShape
  /// How many classes the model has.
  public var classCount: Int
  /// The names of the classes, if they are known.
  public var classNames: [String]?
  /// The path of the file that gave these names, made absolute; nothing if none did.
  public var classNamesPath: String?
  /// The pictures.
  public var data: Data
  /// The attacks.
  public var attacks: [AttackChoice]
  /// Every budget with every grid, smaller budgets first.
  public var threats: [ThreatModel]
  /// What the attacker asks for.
  public var objective: Objective
  /// Where all randomness comes from.
  public var seed: UInt64
  /// How many pictures are worked on at once; results depend on it only by rounding, since convolutions
  /// round differently for different batch sizes.
  public var batchSize: Int
  /// Whether the sanity checks are made.
  public var checksSanity: Bool
  /// What stands before the model; nothing if it sees pictures as they are.
  public var defense: Defense?

  /// A setup.
  public init(
    version: String, engineVersion: String, model: RunManifest.Model, imageShape: ImageShape,
    classCount: Int, classNames: [String]?, classNamesPath: String? = nil, data: Data,
    attacks: [AttackChoice], threats: [ThreatModel], objective: Objective, seed: UInt64,
    batchSize: Int, checksSanity: Bool, defense: Defense? = nil
  ) {
    self.version = version
    self.engineVersion = engineVersion
    self.model = model
    self.imageShape = imageShape
    self.classCount = classCount
    self.classNames = classNames
    self.classNamesPath = classNamesPath
    self.data = data
    self.attacks = attacks
    self.threats = threats
    self.objective = objective
    self.seed = seed
    self.batchSize = batchSize
    self.checksSanity = checksSanity
    self.defense = defense
  }

  /// What to call a class.
  public func name(ofClass index: Int) -> String {
    guard let classNames, classNames.indices.contains(index) else { return "class \(index)" }
    return classNames[index]
  }
}
