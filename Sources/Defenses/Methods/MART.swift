public import Attacks
public import ProgramRuntime
public import TensorModule
public import ThreatModels
public import Training

/// MART: adversarial training that pays more attention to pictures that the model gets wrong.
///
/// BCE(p(x̃), y) + λ·KL(p(x) ‖ p(x̃))·(1 − p_y(x)) with the boosted cross-entropy
/// BCE(p, y) = −log p_y − log(1 − max over k ≠ y of p_k). PGD makes x̃ from x + 0.001·N(0, 1) along the
/// cross-entropy. Adversarial pictures count as right or wrong.
/// Both go through the model in one batch, so a batch norm sees the statistics of both together.
///
/// Wang, Zou, Yi, Bailey, Ma and Gu 2020, “Improving adversarial robustness requires revisiting
/// misclassified examples”.
public struct MART: MinimaxTraining {
  /// `mart`.
  public static let name = "mart"
  /// The ball.
  public var budget: PerturbationBudget
  /// The weight λ, the steps of the inner attack, and their length.
  public var settings: Settings

  /// The method.
  public init(within budget: PerturbationBudget, settings: Settings = Settings()) {
    self.budget = budget
    self.settings = settings
  }

  /// Adversarial pictures.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    try PGD(steps: settings.steps, stepSize: settings.stepSize).lastPoints(
      from: batch.images.withNoise(0.001, keys: batch.keys), around: batch.images,
      on: model.attackable(), within: ThreatModel(budget, pixels: .float)
    ) { $0.crossEntropy(labels: batch.labels) }
  }

  /// The loss of the formula above.
  public func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    let (clean, adversarial) = try model.pairedLogits(
      of: batch.images, and: changed, with: weights.parameters())
    let doubt = -((-clean.crossEntropy(labels: batch.labels)).exponential()) + 1
    let losses =
      adversarial.boostedCrossEntropy(labels: batch.labels)
      + settings.lambda * (adversarial.divergence(from: clean) * doubt)
    return (losses.mean(), [adversarial])
  }
}

extension Tensor {
  /// The cross-entropy, and that of the claim that the strongest wrong class is not the true one.
  ///
  /// This tensor holds logits [N, K]. log(1 − p_k) is taken from the logits of the other classes, so
  /// that it is finite where p_k is nearly one.
  fileprivate func boostedCrossEntropy(labels: Tensor) -> Tensor {
    let rival = detached().filled(along: 1, at: labels.unsqueezed(at: 1), with: -.infinity)
      .argmax(along: 1).unsqueezed(at: 1)
    let others = filled(along: 1, at: rival, with: -.infinity)
    return crossEntropy(labels: labels) + logSumExp(along: 1) - others.logSumExp(along: 1)
  }
}

extension MART: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The weight λ of the divergence.
    public var lambda: Double
    /// Steps of the inner attack.
    public var steps: Int
    /// Their length with pixels in [0, 1]; 2.5·ε/steps if there is none.
    public var stepSize: Double?

    /// Whether the divergence is made smaller.
    public var areUsable: Bool { lambda >= 0 && lambda.isFinite }

    /// The paper's λ for ResNet-18, and ten steps.
    public init() { self.init(lambda: 5) }

    /// Settings.
    public init(lambda: Double, steps: Int = 10, stepSize: Double? = nil) {
      self.lambda = lambda
      self.steps = steps
      self.stepSize = stepSize
    }
  }

  /// What it is.
  public static var summary: String { "like trades, with more weight on what the model gets wrong" }

  /// The method with settings.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(within: context.budget, settings: settings)
  }
}
