import Attacks
import Defenses
import ThreatModels
import Training

/// The ways to train that AdvProp is compared with.
public enum AdvPropArm: String, Hashable, Codable, Sendable, CaseIterable {
  /// Pictures as they are.
  case vanilla
  /// Pictures as they are and adversarial ones in one batch, through the same batch norms.
  case sharedBatchNorm = "shared-batch-norm"
  /// Adversarial pictures through one auxiliary set of batch norms.
  case advProp = "advprop"
  /// Adversarial pictures of several strengths, each through an auxiliary set of its own.
  case fineGrained = "fine-grained-advprop"

  /// How many auxiliary sets of batch norms there are.
  func auxiliaryCount(in plan: AdvPropPlan) -> Int {
    switch self {
    case .vanilla, .sharedBatchNorm: 0
    case .advProp: 1
    case .fineGrained: plan.strengths
    }
  }

  /// How many passes over the pictures, forward and backward, one epoch takes.
  public func passes(in plan: AdvPropPlan) -> Int {
    switch self {
    case .vanilla: 1
    case .sharedBatchNorm, .advProp: 2 + plan.attackSteps
    case .fineGrained: 1 + plan.strengths * (1 + plan.attackSteps)
    }
  }

  /// The method of training.
  func method(in plan: AdvPropPlan) throws(ThreatModelError) -> any TrainingMethod {
    switch self {
    case .vanilla: StandardTraining()
    case .sharedBatchNorm:
      AdvProp(against: [try adversary(part: 1, of: 1, in: plan)], sharesBatchNorm: true)
    case .advProp: AdvProp(against: [try adversary(part: 1, of: 1, in: plan)])
    case .fineGrained:
      AdvProp(
        against: try (1...plan.strengths).map { part throws(ThreatModelError) in
          try adversary(part: part, of: plan.strengths, in: plan)
        })
    }
  }

  /// Steps of ε or ε/4, whichever covers the budget, from a random start.
  private func adversary(
    part: Int, of count: Int, in plan: AdvPropPlan
  ) throws(ThreatModelError) -> TrainingAdversary {
    let epsilon = plan.trainingEpsilon / 255 * Double(part) / Double(count)
    let steps = plan.attackSteps
    return TrainingAdversary(
      PGD(steps: steps, stepSize: max(epsilon / 4, epsilon / Double(steps))),
      within: try PerturbationBudget(.linf, epsilon: epsilon))
  }
}
