public import Evaluation
public import Training

/// What came of building substitutes of a model in production.
public struct Papernot2017Results: Hashable, Codable, Sendable {
  /// What is known of a substitute after a round.
  public struct Round: Hashable, Codable, Sendable {
    /// The number of the round, from 0.
    public var round: Int
    /// How many queries had been asked.
    public var asked: Int
    /// On how many test pictures it says what the model in production says.
    public var agreement: Proportion
    /// On how many test pictures it is right.
    public var accuracy: Proportion
    /// How many of its FGSM examples at the main ε fool the model in production.
    public var fooled: Proportion
  }

  /// One substitute.
  public struct Substitute: Hashable, Codable, Sendable {
    /// How it was built.
    public var arm: Papernot2017Arm
    /// From which pictures and weights.
    public var seed: Int
    /// What is known of it after each round.
    public var rounds: [Round]
    /// How many of its FGSM examples fool the model in production, for each ε of the plan.
    public var fgsm: [Proportion]
    /// The same for MI-FGSM.
    public var miFGSM: [Proportion]
    /// How long it took, in seconds.
    public var seconds: Double
  }

  /// The version of this format.
  public var formatVersion = 1
  /// How much was asked and measured.
  public var plan: Papernot2017Plan
  /// Where the pictures come from.
  public var source: TrainingSetup.Data
  /// The accuracy of the model in production on its test pictures.
  public var oracleAccuracy: Proportion
  /// How many pictures with random signs as large as each ε fool it: the control.
  public var noise: [Proportion]
  /// How many FGSM examples on itself fool it, for each ε: what a substitute cannot be expected to exceed.
  public var whiteBox: [Proportion]
  /// All substitutes, seed by seed.
  public var substitutes: [Substitute]

  /// Where the pictures come from, for people.
  public var sourceDescription: String { source.words }

  /// What one way of building comes to, over the seeds.
  public struct Arm: Hashable, Sendable {
    /// Which way.
    public var arm: Papernot2017Arm
    /// How many queries were asked at most.
    public var queries: Int
    /// How often its substitutes agree with the model in production at the end.
    public var agreement: MeanInterval
    /// How often they are right.
    public var accuracy: MeanInterval
    /// How often FGSM examples fool the model in production, for each ε.
    public var fgsm: [MeanInterval]
    /// The same for MI-FGSM.
    public var miFGSM: [MeanInterval]
  }

  /// The ways, in their order.
  public var arms: [Arm] {
    Papernot2017Arm.allCases.compactMap { arm in
      let own = substitutes.filter { $0.arm == arm }
      let last = own.compactMap(\.rounds.last)
      guard !own.isEmpty, last.count == own.count else { return nil }
      func mean(_ shares: [Proportion]) -> MeanInterval { MeanInterval(of: shares.map(\.value)) }
      return Arm(
        arm: arm, queries: last.map(\.asked).max() ?? 0, agreement: mean(last.map(\.agreement)),
        accuracy: mean(last.map(\.accuracy)),
        fgsm: plan.epsilons.indices.map { place in mean(own.map { $0.fgsm[place] }) },
        miFGSM: plan.epsilons.indices.map { place in mean(own.map { $0.miFGSM[place] }) })
    }
  }
}
