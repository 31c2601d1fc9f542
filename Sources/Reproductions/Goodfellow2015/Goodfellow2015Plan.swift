import ProgramIR

/// How much of the paper is repeated, and how.
public struct Goodfellow2015Plan: Hashable, Codable, Sendable {
  /// How far every pixel may change, with pixels in [0, 1].
  public var epsilon = 0.25
  /// Units of each of the two hidden layers.
  public var units: Int
  /// The same for the network that learns from adversarial pictures.
  public var adversarialUnits: Int
  /// Linear functions of each unit.
  public var pieces: Int
  /// How often linear models see every picture.
  public var linearEpochs: Int
  /// How often maxout networks do.
  public var maxoutEpochs: Int
  /// How often the network that learns from adversarial pictures does.
  public var adversarialEpochs: Int
  /// Pictures shown at once.
  public var batchSize = 100
  /// The learning rate at the beginning.
  public var rate = 0.1
  /// The share of the last step that is kept, at the beginning.
  public var firstMomentum = 0.5
  /// The same at the end.
  public var lastMomentum = 0.7
  /// The largest Euclidean length of the weights that lead into one piece of a unit.
  public var largestNorm = 1.9365
  /// Weights of maxout networks begin uniform over ± this.
  public var bound = 0.005
  /// What all randomness follows from.
  public var seed: UInt64 = 0
  /// Whether only a glimpse is wanted.
  public var isQuick: Bool

  /// The networks of the paper, with epochs that two cores can bear.
  public static let full = Goodfellow2015Plan(
    units: 240, adversarialUnits: 480, pieces: 5, linearEpochs: 30, maxoutEpochs: 60,
    adversarialEpochs: 25, isQuick: false)

  /// Smaller networks and few epochs.
  public static let quick = Goodfellow2015Plan(
    units: 100, adversarialUnits: 200, pieces: 5, linearEpochs: 5, maxoutEpochs: 8,
    adversarialEpochs: 8, isQuick: true)

  func maxout(units: Int) -> Maxout {
    Maxout(hidden: [units, units], pieces: pieces, bound: bound)
  }
}
