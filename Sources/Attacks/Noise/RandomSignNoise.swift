public import TensorModule
public import ThreatModels

/// A control: every channel of every pixel moves by +ε or −ε, as a coin falls.
///
/// These are random corners of the ball, to which FGSM compares: as large a change without a direction.
/// Noise needs no more than labels. It is a ``ScoreBasedAttack`` because it works within a budget; the
/// scores only say which of several tries came nearest to the goal.
public struct RandomSignNoise: ScoreBasedAttack {
  /// L∞ alone.
  public static let norms: Set<Norm> = [.linf]

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
        Tensor.uniform(shape, in: -1...1, using: generator).sign() * threat.budget.epsilon
      }
  }
}
