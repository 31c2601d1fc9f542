public import Training

/// What came of repeating the paper.
public struct Goodfellow2015Results: Hashable, Codable, Sendable {
  /// How often something fools a network, by what is done about pixels beyond [0, 1].
  public struct Attacked: Hashable, Codable, Sendable {
    /// Pixels are brought back into [0, 1].
    public var clipped = ErrorTally()
    /// Pixels stay where the step leads.
    public var unclipped = ErrorTally()
  }

  /// One network.
  public struct Net: Hashable, Codable, Sendable {
    /// Which one.
    public var net: Goodfellow2015Net
    /// How many numbers were trained.
    public var parameterCount: Int
    /// The epoch that did best on the pictures that were held out, from 1.
    public var bestEpoch: Int
    /// How long the training took, in seconds.
    public var trainingSeconds: Double
    /// On all test pictures as they are.
    public var clean = ErrorTally()
    /// On all test pictures under the fast gradient sign method.
    public var attacked = Attacked()
  }

  /// The examples of one network, shown to another.
  public struct Transfer: Hashable, Codable, Sendable {
    /// Where the examples come from.
    public var source: Goodfellow2015Net
    /// What they are shown to.
    public var target: Goodfellow2015Net
    /// What it takes them for.
    public var attacked = Attacked()
  }

  /// The version of this format.
  public var formatVersion = 1
  /// How the networks were made.
  public var plan: Goodfellow2015Plan
  /// Where the pictures come from.
  public var source: TrainingSetup.Data
  /// Whether they have the shape of those of MNIST.
  public var isLikeMNIST: Bool
  /// How many pictures were learned from.
  public var trainingCount: Int
  /// How many were held out to choose the best epoch.
  public var heldOutCount: Int
  /// How many were measured on.
  public var testCount: Int
  /// All networks.
  public var nets: [Net]
  /// From the network that learned from pictures as they are to the other one, and back.
  public var transfers: [Transfer]

  /// Where the pictures come from, for people.
  public var sourceDescription: String { source.words }

  /// The table of the paper, with ours beside it.
  public var rows: [Goodfellow2015Row] {
    nets.flatMap(Goodfellow2015Row.rows) + transfers.map(Goodfellow2015Row.init)
  }
}
