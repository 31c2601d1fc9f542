public import Attacks
public import ProgramRuntime
public import TensorModule
public import ThreatModels
public import Training

/// TRADES: the cross-entropy of the pictures as they are, and β times how far predictions move.
///
/// J(x, y) + β·KL(p(x) ‖ p(x̃)), where PGD makes x̃ from x + 0.001·N(0, 1) so that the divergence from
/// p(x) grows. The model's answer to the picture is fixed while x̃ is made, and learned from after it.
/// The paper's 1/λ is β. Adversarial pictures count as right or wrong.
/// Both go through the model in one batch, so a batch norm sees the statistics of both together.
///
/// Zhang, Yu, Jiao, Xing, El Ghaoui and Jordan 2019, “Theoretically principled trade-off between
/// robustness and accuracy”.
public struct TRADES: MinimaxTraining {
  /// `trades`.
  public static let name = "trades"
  /// The ball.
  public var budget: PerturbationBudget
  /// The weight β of the divergence, the steps of the inner attack, and their length.
  public var settings: Settings

  /// The method.
  public init(within budget: PerturbationBudget, settings: Settings = Settings()) {
    self.budget = budget
    self.settings = settings
  }

  /// Pictures on which the model answers as differently as possible.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    let attacked = model.attackable()
    let answers = try attacked.logits(of: batch.images)
    return try PGD(steps: settings.steps, stepSize: settings.stepSize).lastPoints(
      from: batch.images.withNoise(0.001, keys: batch.keys), around: batch.images, on: attacked,
      within: ThreatModel(budget, pixels: .float)
    ) { $0.divergence(from: answers) }
  }

  /// J(x, y) + β·KL(p(x) ‖ p(x̃)).
  public func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    let (clean, adversarial) = try model.pairedLogits(
      of: batch.images, and: changed, with: weights.parameters())
    let losses =
      clean.crossEntropy(labels: batch.labels)
      + settings.beta * adversarial.divergence(from: clean)
    return (losses.mean(), [adversarial])
  }
}

extension TRADES: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The weight β of the divergence.
    public var beta: Double
    /// Steps of the inner attack.
    public var steps: Int
    /// Their length with pixels in [0, 1]; 2.5·ε/steps if there is none.
    public var stepSize: Double?

    /// Whether the divergence is made smaller.
    public var areUsable: Bool { beta >= 0 && beta.isFinite }

    /// The paper's β for CIFAR-10, and ten steps.
    public init() { self.init(beta: 6) }

    /// Settings.
    public init(beta: Double, steps: Int = 10, stepSize: Double? = nil) {
      self.beta = beta
      self.steps = steps
      self.stepSize = stepSize
    }
  }

  /// What it is.
  public static var summary: String { "right on pictures, and the same answer around them" }

  /// The method with settings.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(within: context.budget, settings: settings)
  }
}
