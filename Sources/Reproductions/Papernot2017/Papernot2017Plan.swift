/// How much of the paper is repeated, and how.
public struct Papernot2017Plan: Hashable, Codable, Sendable {
  /// What the model in production is, as `ArchitectureCatalogue` knows it.
  public var oracle = "lenet"
  /// How often it sees every training picture.
  public var oracleEpochs: Int
  /// What the attacker takes for a substitute.
  public var substitute = "lenet"
  /// How often each kind of substitute is built, each time from other pictures and weights.
  public var seeds: Int
  /// How many pictures the attacker has at first.
  public var seedCount = 150
  /// How many with the linear substitute.
  public var linearSeedCount = 100
  /// How many queries may be asked.
  public var budget: Int
  /// How many with the linear substitute.
  public var linearBudget: Int
  /// λ in steps of 1/255.
  public var steps = 26
  /// After how many rounds the step turns.
  public var period = 3
  /// σ: how many rounds double the questions before reservoir sampling begins.
  public var reservoirAfter = 3
  /// κ: how many questions a round then asks.
  public var reservoirSize = 400
  /// How often every picture is shown in a round.
  public var epochs = 10
  /// Budgets of the attacks in L∞, with pixels in [0, 1], in ascending order.
  public var epsilons = [0.1, 0.2, 0.3, 0.4]
  /// The budget that the paper's figures are about.
  public var mainEpsilon = 0.3
  /// How many test pictures agreement and attacks are measured on.
  public var measuredCount: Int
  /// Whether only a glimpse is wanted.
  public var isQuick: Bool

  /// The paper's numbers of queries, three times.
  public static let full = Papernot2017Plan(
    oracleEpochs: 1, seeds: 3, budget: 6400, linearBudget: 800, measuredCount: 1000,
    isQuick: false)

  /// A fifth of the queries, once: minutes.
  ///
  /// The step turns and the reservoir begins within them.
  public static let quick = Papernot2017Plan(
    oracleEpochs: 1, seeds: 1, budget: 1200, linearBudget: 400, period: 2, reservoirAfter: 2,
    measuredCount: 200, isQuick: true)

  /// How often a model in production sees each of so many training pictures, unless told: once if there
  /// are as many as MNIST has, and otherwise often enough to be of use.
  public static func oracleEpochs(forTrainingPictures count: Int) -> Int {
    count >= 60_000 ? 1 : max(1, (150_000 + count / 2) / max(1, count))
  }
}
