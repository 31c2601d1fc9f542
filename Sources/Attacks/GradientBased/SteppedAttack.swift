public import TensorModule
public import ThreatModels

/// An attack whose number of steps is known beforehand, as training wants it.
///
/// Training takes the point that the last step leads to: it does not ask the model about that point,
/// and it does not stop at success.
public protocol SteppedAttack: WhiteBoxAttack {
  /// Points after all steps, as many forward and backward passes as there are steps.
  ///
  /// - Parameters:
  ///   - batch: pictures, what is wanted of them, and their keys.
  ///   - model: asked for gradients, always at points that the threat model allows.
  ///   - threat: the budget and the grid.
  /// - Returns: [N, C, H, W], one point for each picture, which the threat model allows.
  func lastPoints(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor
}
