/// How much is trained and measured to compare AdvProp with other ways to train.
public struct AdvPropPlan: Hashable, Codable, Sendable {
  /// How often every picture is shown as it is; adversarial ones come on top.
  public var epochs: Int
  /// How many seeds there are; each names initial weights, order and augmentation, for all arms alike.
  public var seeds: Int
  /// The first so many pictures are learned from.
  public var trainingCount: Int
  /// The first so many test pictures count for accuracy.
  public var testCount: Int
  /// The first so many of them are corrupted in 15 × 5 ways.
  public var corruptedCount: Int
  /// The first so many of them are attacked.
  public var attackedCount: Int
  /// Channels of the network's first stage; it has three stages, each with twice as many.
  public var width: Int
  /// Residual blocks of each stage.
  public var blocks: Int
  /// How many pictures are shown at once.
  public var batchSize = 128
  /// The highest learning rate.
  public var rate = 0.1
  /// ε in training, in 8-bit steps.
  public var trainingEpsilon = 4.0
  /// Steps of PGD in training.
  public var attackSteps = 1
  /// How many auxiliary sets the fine-grained arm has: for ε/n, 2ε/n … ε.
  public var strengths = 2
  /// ε when robustness is measured, in 8-bit steps.
  public var robustEpsilon = 1.0
  /// Steps of PGD when robustness is measured.
  public var robustSteps = 10
  /// Whether this is only to see that everything works.
  public var isQuick: Bool

  /// The comparison on all pictures that are there.
  public static let full = AdvPropPlan(
    epochs: 30, seeds: 3, trainingCount: 20_000, testCount: 1_000, corruptedCount: 400,
    attackedCount: 1_000, width: 16, blocks: 2, isQuick: false)

  /// A comparison that ends in minutes and shows nothing but that everything works.
  public static let quick = AdvPropPlan(
    epochs: 2, seeds: 3, trainingCount: 2_000, testCount: 500, corruptedCount: 40,
    attackedCount: 100, width: 8, blocks: 1, isQuick: true)

  /// How many passes over a picture, forward and backward, all training takes.
  public var passes: Int {
    trainingCount * epochs * seeds * AdvPropArm.allCases.reduce(0) { $0 + $1.passes(in: self) }
  }
}
