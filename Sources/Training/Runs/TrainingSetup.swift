public import ThreatModels

/// Everything that the result of a training run follows from.
public struct TrainingSetup: Hashable, Codable, Sendable {
  /// What the weights start from.
  public struct Model: Hashable, Codable, Sendable {
    /// The path of a file, or the name of an architecture.
    public var source: String
    /// The SHA-256 digest of the file; nothing for an architecture.
    public var sha256: String?
    /// What is done to pixels first, such as `mean` and `std`.
    public var options: [String: String]
    /// Patterns of the names of weights that stay as they are.
    public var frozen: [String]

    /// A beginning.
    public init(
      source: String, sha256: String?, options: [String: String] = [:], frozen: [String] = []
    ) {
      self.source = source
      self.sha256 = sha256
      self.options = options
      self.frozen = frozen
    }
  }

  /// A set of pictures.
  public struct Data: Hashable, Codable, Sendable {
    /// Where it lies.
    public var path: String
    /// Which part of it.
    public var split: String
    /// How many pictures.
    public var count: Int
    /// The SHA-256 digest of names, labels and pixels.
    public var sha256: String

    /// A set.
    public init(path: String, split: String, count: Int, sha256: String) {
      self.path = path
      self.split = split
      self.count = count
      self.sha256 = sha256
    }
  }

  /// What each epoch is judged by.
  public struct Validation: Hashable, Codable, Sendable {
    /// How many pictures are held out of those to learn from; 0 with a set of its own.
    public var heldOut: Int
    /// A set of its own.
    public var data: Data?
    /// The attack behind the robust accuracy.
    public var attack: String

    /// A judge.
    public init(heldOut: Int, data: Data? = nil, attack: String) {
      self.heldOut = heldOut
      self.data = data
      self.attack = attack
    }
  }

  /// Of this description.
  public var formatVersion = 1
  /// Of the program that trains.
  public var version: String
  /// Of the engine.
  public var engineVersion: String
  /// What the weights start from.
  public var model: Model
  /// What is learned from, before anything is held out.
  public var data: Data
  /// What each epoch is judged by; nothing if it is not.
  public var validation: Validation?
  /// The method with its settings.
  public var method: String
  /// What the model is to hold against.
  public var threat: ThreatModel
  /// The optimizer with its settings.
  public var optimizer: String
  /// How long and how fast.
  public var plan: TrainingPlan
  /// After how many epochs without a better one the run ends; nothing for never.
  public var patience: Int?
  /// Whether epochs are compared by robust accuracy (Rice, Wong and Kolter 2020, “Overfitting in
  /// adversarially robust deep learning”), and not by accuracy.
  public var prefersRobustness: Bool
  /// Whether a model with each auxiliary set of batch-norm weights is written too.
  public var writesBranches: Bool

  /// A description.
  public init(
    version: String, engineVersion: String, model: Model, data: Data, validation: Validation?,
    method: String, threat: ThreatModel, optimizer: String, plan: TrainingPlan,
    patience: Int? = nil, prefersRobustness: Bool, writesBranches: Bool = false
  ) {
    self.version = version
    self.engineVersion = engineVersion
    self.model = model
    self.data = data
    self.validation = validation
    self.method = method
    self.threat = threat
    self.optimizer = optimizer
    self.plan = plan
    self.patience = patience
    self.prefersRobustness = prefersRobustness
    self.writesBranches = writesBranches
  }
}
