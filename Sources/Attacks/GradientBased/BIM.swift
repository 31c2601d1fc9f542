public import TensorModule
public import ThreatModels

/// The basic iterative method: FGSM in small steps, projected after each, without a random start.
///
/// With the least likely class as target it is the iterative least-likely class method. The defaults
/// are the paper's for L∞: steps of one pixel value, min(ε + 4, 1.25 ε) of them with ε in pixel
/// values. For other norms: ten steps of ε/4.
///
/// Kurakin, Goodfellow and Bengio 2017, “Adversarial examples in the physical world”.
public struct BIM: SteppedAttack {
  /// How many steps; the paper's number if there is none.
  public var steps: Int?
  /// The length of a step in the norm of the budget, with pixels in [0, 1].
  public var stepSize: Double?
  /// Whether a picture that has reached its goal is left alone.
  public var stopsAtSuccess: Bool

  /// The attack.
  public init(steps: Int? = nil, stepSize: Double? = nil, stopsAtSuccess: Bool = true) {
    self.steps = steps
    self.stepSize = stepSize
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
    let epsilon = threat.budget.epsilon
    let pixels = epsilon * 255
    let isLinf = threat.budget.norm == .linf
    return ProjectedAscent(
      steps: steps ?? (isLinf ? Int(min(pixels + 4, 1.25 * pixels).rounded(.up)) : 10),
      stepSize: stepSize ?? (isLinf ? 1.0 / 255 : epsilon / 4), stopsAtSuccess: stopsAtSuccess)
  }
}
