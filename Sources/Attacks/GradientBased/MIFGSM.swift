public import TensorModule
public import ThreatModels

/// The momentum iterative FGSM: steps along a running sum of gradients.
///
/// g ← μ·g + ∇J/mean|∇J|, x ← x + α·sign(g) in L∞, and along g/‖g‖₂ in L2; projected after each step. It
/// starts at the picture. The sum keeps steps out of poor local maxima, which helps examples to fool
/// other models too; let it run on after success for that.
///
/// Dong, Liao, Pang, Su, Zhu, Hu and Li 2018, “Boosting adversarial attacks with momentum”.
public struct MIFGSM: SteppedAttack {
  /// `MI-FGSM`.
  public static var name: String { "MI-FGSM" }

  /// How many steps.
  public var steps: Int
  /// The length α of a step in the norm of the budget, with pixels in [0, 1]; ε/steps if there is none.
  public var stepSize: Double?
  /// The factor μ by which the sum shrinks at each step.
  public var decay: Double
  /// Whether a picture that has reached its goal is left alone.
  public var stopsAtSuccess: Bool

  /// The attack.
  ///
  /// - Precondition: at least one step.
  public init(
    steps: Int = 10, stepSize: Double? = nil, decay: Double = 1, stopsAtSuccess: Bool = true
  ) {
    precondition(steps > 0, "\(steps) steps")
    self.steps = steps
    self.stepSize = stepSize
    self.decay = decay
    self.stopsAtSuccess = stopsAtSuccess
  }

  /// Steps from the pictures themselves.
  public func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    try ascent(within: threat).bestPoints(batch, on: model, within: threat)
  }

  /// Where the last step leads.
  public func lastPoints(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    try ascent(within: threat).lastPoints(batch, on: model, within: threat)
  }

  private func ascent(within threat: ThreatModel) -> ProjectedAscent {
    ProjectedAscent(
      steps: steps, stepSize: stepSize ?? threat.budget.epsilon / Double(steps),
      stopsAtSuccess: stopsAtSuccess, momentum: Momentum(decay: decay, looksAhead: false))
  }
}
