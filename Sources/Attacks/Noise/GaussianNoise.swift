public import TensorModule
public import ThreatModels

/// A control: independent normal numbers, scaled so that their norm is ε.
///
/// Noise needs no more than labels. It is a ``ScoreBasedAttack`` because it works within a budget; the
/// scores only say which of several tries came nearest to the goal.
public struct GaussianNoise: ScoreBasedAttack {
  /// L∞ and L2; normal numbers of a small L1 norm would vanish on the grid.
  public static let norms: Set<Norm> = [.linf, .l2]

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
    let budget = threat.budget
    return try NoiseSearch(name: Self.name, tries: tries)
      .perturbed(batch, on: model, within: threat) { shape, generator in
        let noise = Tensor.normal(shape, using: generator)
        let length = noise.reshaped([-1]).norm(order: budget.norm.order, along: [0])
        return noise * budget.epsilon / length.maximum(.full([], 1e-12))
      }
  }
}
