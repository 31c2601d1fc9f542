public import TensorModule
public import ThreatModels

/// An attack that needs the gradients of the model and works within a budget.
public protocol WhiteBoxAttack: Attack {
  /// Points that the attack takes for adversarial, as near to the goal as it got.
  ///
  /// - Parameters:
  ///   - batch: pictures that the model gets right, what is wanted of them, and their keys.
  ///   - model: asked for logits and gradients, always at points that the threat model allows.
  ///   - threat: the budget and the grid.
  /// - Returns: [N, C, H, W], one point for each picture.
  func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor
}
