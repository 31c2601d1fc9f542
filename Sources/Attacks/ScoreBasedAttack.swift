public import TensorModule
public import ThreatModels

/// An attack that asks for the scores of the classes, and works within a budget.
public protocol ScoreBasedAttack: Attack {
  /// Points that the attack takes for adversarial, as near to the goal as it got.
  ///
  /// - Parameters:
  ///   - batch: pictures that the model gets right, what is wanted of them, and their keys.
  ///   - model: asked for scores at pictures in [0, 1], on the grid if there is one. All lie within the
  ///     budget but the probes of ``EstimatedGradientAttack``.
  ///   - threat: the budget and the grid.
  /// - Returns: [N, C, H, W], one point for each picture: the best so far when the model's budget is
  ///   spent.
  func perturbed(
    _ batch: AttackBatch, on model: any ScoreOracle, within threat: ThreatModel
  ) throws(OracleError) -> Tensor
}
