import Substitutes

/// A way of building a substitute.
public enum Papernot2017Arm: String, Hashable, Codable, Sendable, CaseIterable {
  /// Jacobian-based augmentation, always in one direction.
  case jacobian
  /// The same with a step that turns.
  case periodic
  /// The same with reservoir sampling.
  case reservoir
  /// A control: as many questions in random directions.
  case noise
  /// For comparison: as many natural pictures, or as many as there are.
  case pictures
  /// Softmax regression instead of a network, with few queries.
  case linear

  /// Whether the substitute is linear.
  public var isLinear: Bool { self == .linear }

  /// How many queries may be asked.
  func budget(in plan: Papernot2017Plan) -> Int { isLinear ? plan.linearBudget : plan.budget }

  /// How many pictures there are at first.
  func seedCount(in plan: Papernot2017Plan) -> Int {
    isLinear ? plan.linearSeedCount : plan.seedCount
  }

  /// What the substitute is.
  func architecture(in plan: Papernot2017Plan) -> String {
    isLinear ? "softmax" : plan.substitute
  }

  /// How the substitute learns; the budget ends it.
  func substitutePlan(in plan: Papernot2017Plan, seed: UInt64) -> SubstitutePlan {
    SubstitutePlan(
      rounds: 100, epochs: plan.epochs,
      reservoir: self == .reservoir
        ? ReservoirSampling(after: plan.reservoirAfter, size: plan.reservoirSize) : nil,
      seed: seed)
  }

  /// Where further questions come from.
  func growth(in plan: Papernot2017Plan, pool: NaturalPictures) -> any QueryGrowth {
    switch self {
    case .jacobian: JacobianAugmentation(steps: plan.steps, period: nil)
    case .periodic, .reservoir, .linear:
      JacobianAugmentation(steps: plan.steps, period: plan.period)
    case .noise: NoiseAugmentation(steps: plan.steps)
    case .pictures: pool
    }
  }
}
