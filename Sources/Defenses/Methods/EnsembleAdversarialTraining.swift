public import Attacks
public import ProgramRuntime
public import TensorModule
public import ThreatModels
public import Training

/// Ensemble adversarial training: examples made on models that do not learn, as well as on the one that
/// does.
///
/// For each batch one source is drawn, the model itself or one of the static models, all equally likely;
/// the loss is α·J(x, y) + (1 − α)·J(x̃, y). A model cannot make examples of others harmless by
/// bending its own gradients.
///
/// Tramèr, Kurakin, Papernot, Goodfellow, Boneh and McDaniel 2018, “Ensemble adversarial training:
/// attacks and defenses”.
public struct EnsembleAdversarialTraining: MinimaxTraining {
  /// `ensemble`.
  public static let name = "ensemble"
  /// Makes the examples, on whatever source is drawn.
  public var adversary: TrainingAdversary
  /// The models that do not learn.
  public var staticModels: [any DifferentiableClassifier]
  /// The weight α of the pictures as they are, 0…1.
  public var alpha: Double

  /// The method.
  ///
  /// - Precondition: there is a static model.
  public init(
    against adversary: TrainingAdversary, on staticModels: [any DifferentiableClassifier],
    alpha: Double = 0.5
  ) {
    precondition(!staticModels.isEmpty, "no static models")
    self.adversary = adversary
    self.staticModels = staticModels
    self.alpha = alpha
  }

  /// Refuses static models that see other pictures or know other classes.
  public func check(_ model: TrainableClassifier) throws(TrainingError) {
    for (index, other) in staticModels.enumerated()
    where other.imageShape != model.imageShape || other.classCount != model.classCount {
      throw .method(
        "static model \(index + 1) takes \(other.imageShape) and knows \(other.classCount) classes, "
          + "and the model that learns takes \(model.imageShape) and knows \(model.classCount)")
    }
  }

  /// Examples of the source that is drawn.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    var numbers = batch.keys[0].part("source").makeNumbers()
    let source = Int.random(in: 0...staticModels.count, using: &numbers)
    return source == 0
      ? try adversary.images(of: batch, on: model)
      : try adversary.images(of: batch, on: staticModels[source - 1])
  }

  /// The mixture; the pictures as they are count as right or wrong.
  public func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    try model.mixtureLoss(of: batch, and: changed, alpha: alpha, with: weights.parameters())
  }
}

extension EnsembleAdversarialTraining: CataloguedMethod {
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
  public static var summary: String { "examples of other models too, which do not learn" }
  /// The budget, the static models, and another attack.
  public static var needs: Set<MethodContext.Part> { [.budget, .attack, .staticModels] }

  /// The method with settings.
  ///
  /// - Throws: `CatalogueError` when there are no static models.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    if context.staticModels.isEmpty {
      throw .unsuitable("ensemble needs at least one model that does not learn: name its file")
    }
    self.init(
      against: context.adversary(usually: FGSM()), on: context.staticModels, alpha: settings.alpha)
  }
}
