public import TensorModule
public import ThreatModels

/// Jacobian-based augmentation: x + λ_ρ·sign(∂F_y/∂x), where y is the service's answer about x.
///
/// F is the substitute. With a period τ the sign of the step turns every τ rounds, λ_ρ = λ·(−1)^⌊ρ/τ⌋:
/// questions then approach the substitute's boundaries from both sides. Steps are whole multiples of
/// 1/255, because pictures are sent that way. The gradient is that of log F_y, whose sign is the same
/// and which does not vanish where the substitute is sure.
///
/// Papernot, McDaniel, Goodfellow, Jha, Celik and Swami 2017, “Practical black-box attacks against
/// machine learning”; the period is that of Papernot, McDaniel and Goodfellow 2016, “Transferability in
/// machine learning”.
public struct JacobianAugmentation: QueryGrowth, Hashable, Codable {
  /// λ in steps of 1/255; 26 is the paper's 0.1.
  public var steps: Int
  /// After how many rounds the step turns; nothing for never.
  public var period: Int?

  /// The paper's step, which turns every three rounds.
  ///
  /// - Precondition: the step and the period are positive.
  public init(steps: Int = 26, period: Int? = 3) {
    precondition(steps > 0 && (period ?? 1) > 0, "a step of \(steps) with a period of no rounds")
    self.steps = steps
    self.period = period
  }

  /// Such as `jacobian, step 26/255, turning every 3 rounds`.
  public var summary: String {
    "jacobian, step \(steps)/255" + (period.map { ", turning every \($0) rounds" } ?? "")
  }

  /// λ_ρ in steps of 1/255.
  ///
  /// - Parameter round: ρ, from 0.
  public func steps(inRound round: Int) -> Int {
    guard let period else { return steps }
    return round / period % 2 == 0 ? steps : -steps
  }

  /// One new picture for each parent; the same picture where the gradient is zero everywhere.
  public func pictures(
    from parents: QueryParents, on substitute: any DifferentiableClassifier
  ) throws -> Tensor {
    let gradient = try substitute.lossGradient(at: parents.images) {
      // Cross-entropy is −log F_y.
      -$0.crossEntropy(labels: parents.labels)
    }.gradient
    return parents.images.moved(along: gradient.sign(), steps: steps(inRound: parents.round))
  }
}
