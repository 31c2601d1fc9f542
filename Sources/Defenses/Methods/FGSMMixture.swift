public import Attacks
public import ProgramRuntime
public import TensorModule
public import Training

/// The mixture of the first adversarial training: J̃ = α·J(x, y) + (1 − α)·J(x̃, y).
///
/// x̃ is made by FGSM on the weights as they are, in the same step. Both halves go through the model
/// together, so batch norms see the mixture.
///
/// Goodfellow, Shlens and Szegedy 2015, “Explaining and harnessing adversarial examples”.
public struct FGSMMixture: MinimaxTraining {
  /// `fgsm-mixture`.
  public static let name = "fgsm-mixture"
  /// Makes the adversarial pictures.
  public var adversary: TrainingAdversary
  /// The weight α of the pictures as they are, 0…1.
  public var alpha: Double

  /// The method.
  public init(against adversary: TrainingAdversary, alpha: Double = 0.5) {
    self.adversary = adversary
    self.alpha = alpha
  }

  /// Adversarial pictures.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    try adversary.images(of: batch, on: model)
  }

  /// The mixture; the pictures as they are count as right or wrong.
  public func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    try model.mixtureLoss(of: batch, and: changed, alpha: alpha, with: weights.parameters())
  }
}

extension FGSMMixture: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The weight of the pictures as they are, 0…1.
    public var alpha: Double

    /// Whether α is a share.
    public var areUsable: Bool { (0...1).contains(alpha) }

    /// One half.
    public init() { alpha = 0.5 }
  }

  /// What it is.
  public static var summary: String { "half as they are, half by FGSM" }
  /// The budget, and another attack.
  public static var needs: Set<MethodContext.Part> { [.budget, .attack] }

  /// The method with settings.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(against: context.adversary(usually: FGSM()), alpha: settings.alpha)
  }
}
