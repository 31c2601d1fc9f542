public import TensorModule
public import ThreatModels

/// An attack that asks for the predicted class alone and looks for the nearest adversarial example.
///
/// Like a ``MinimumNormAttack`` it is run once and serves every budget.
public protocol DecisionBasedAttack: Attack {
  /// Points that reach the goal, as near to the pictures as the attack found any.
  ///
  /// - Parameters:
  ///   - batch: pictures that the model gets right, what is wanted of them, and their keys.
  ///   - model: asked for predicted classes, always at points in [0, 1].
  ///   - norm: how distance is measured.
  ///   - enough: a distance that is near enough: the attack may stop working on a picture once it has
  ///     found a point this near. Nothing means as near as it can.
  /// - Returns: [N, C, H, W], one point for each picture: the picture itself where none was found. When
  ///   the model's budget is spent, that is what was found until then.
  func closest(
    _ batch: AttackBatch, on model: any LabelOracle, in norm: Norm, enough: Double?
  ) throws(OracleError) -> Tensor
}
