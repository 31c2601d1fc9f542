public import TensorModule
public import ThreatModels

/// An attack that needs the gradients of the model and looks for the nearest adversarial example.
///
/// It is run once and serves every budget: a budget is broken where the distance found is within it.
/// It works with real numbers; ``Attack/points(for:on:within:)`` brings what it finds onto the grid.
public protocol MinimumNormAttack: Attack {
  /// Points that reach the goal, as near to the pictures as the attack found any.
  ///
  /// - Parameters:
  ///   - batch: pictures that the model gets right, what is wanted of them, and their keys.
  ///   - model: asked for logits and gradients, always at points in [0, 1].
  ///   - norm: how distance is measured.
  ///   - enough: a distance that is near enough: the attack may stop working on a picture once it has
  ///     found a point this near. Nothing means as near as it can.
  /// - Returns: [N, C, H, W], one point for each picture: the picture itself where none was found.
  func closest(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, in norm: Norm, enough: Double?
  ) throws(EngineError) -> Tensor
}
