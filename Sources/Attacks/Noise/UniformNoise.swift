public import TensorModule
public import ThreatModels

/// A control: points drawn uniformly from the ball.
///
/// Noise needs no more than labels. It is a ``ScoreBasedAttack`` because it works within a budget; the
/// scores only say which of several tries came nearest to the goal.
public struct UniformNoise: ScoreBasedAttack {
  /// How many points are drawn for each picture at most.
  public var tries: Int

  /// The control.
  ///
  /// - Precondition: at least one try.
  public init(tries: Int = 1) {
    precondition(tries > 0, "\(tries) tries")
    self.tries = tries
  }

  /// With one try there is nothing to choose by scores.
  public var isControl: Bool { tries == 1 }

  /// The best of the points drawn.
  public func perturbed(
    _ batch: AttackBatch, on model: any ScoreOracle, within threat: ThreatModel
  ) throws(OracleError) -> Tensor {
    try NoiseSearch(name: Self.name, tries: tries)
      .perturbed(batch, on: model, within: threat) { shape, generator in
        Tensor.uniform(in: threat.budget, shape: shape, using: generator)
      }
  }
}
