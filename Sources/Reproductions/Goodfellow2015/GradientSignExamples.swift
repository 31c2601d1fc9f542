import Attacks
import TensorModule
import ThreatModels

/// The examples of the fast gradient sign method as they may have been meant, from one gradient.
struct GradientSignExamples {
  /// Brought back into [0, 1], as FGSM gives them on real numbers, [N, C, H, W].
  let clipped: Tensor
  /// x + ε·sign(∇ₓJ), wherever that is, [N, C, H, W].
  let unclipped: Tensor

  /// Examples on a model.
  ///
  /// - Parameters:
  ///   - model: whose gradient is followed.
  ///   - images: [N, C, H, W].
  ///   - labels: the true classes, int64 [N].
  ///   - budget: in L∞.
  init(
    on model: any DifferentiableClassifier, from images: Tensor, labels: Tensor,
    within budget: PerturbationBudget
  ) throws(EngineError) {
    let goal = Goal(avoiding: labels)
    let gradient = try model.lossGradient(at: images, of: goal.crossEntropy).gradient
    unclipped =
      images
      + SteepestAscent.step(
        along: gradient, from: images, length: budget.epsilon, in: budget.norm)
    clipped = ThreatModel(budget, pixels: .float).feasibleSet(around: images).realized(unclipped)
  }
}
