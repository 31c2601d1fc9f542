public import TensorModule
public import ThreatModels

/// The fast gradient sign method: one step of length ε along the gradient of the loss.
///
/// L∞: η = ε·sign(∇ₓJ(x, y)). L2: η = ε·g/‖g‖₂. L1: all of ε on the coordinate with the largest |g|, or
/// on as few as [0, 1] allows.
/// With a target it is the one-step target class method, x − ε·sign(∇ₓJ(x, y_target)); with the least
/// likely class as target that is Kurakin's "step l.l.". One forward and one backward pass, no
/// randomness.
///
/// Goodfellow, Shlens and Szegedy 2015, “Explaining and harnessing adversarial examples”;
/// Kurakin, Goodfellow and Bengio 2017, “Adversarial machine learning at scale”.
public struct FGSM: SteppedAttack {
  /// The attack; it has no settings.
  public init() {}

  /// One forward and one backward pass, then the step.
  public func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    let gradient = try model.lossGradient(at: batch.images, of: batch.goal.crossEntropy).gradient
    let step = SteepestAscent.step(
      along: gradient, from: batch.images, length: threat.budget.epsilon, in: threat.budget.norm)
    return threat.feasibleSet(around: batch.images).realized(batch.images + step)
  }

  /// The one step.
  public func lastPoints(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    try perturbed(batch, on: model, within: threat)
  }
}
