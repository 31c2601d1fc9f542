public import Attacks
public import ProgramRuntime
public import TensorModule
public import ThreatModels
public import Training

/// Fast adversarial training: one step from a random start, FGSM-RS.
///
/// η starts uniform in the ball and takes one step of 1.25·ε, projected onto the ball. It costs two
/// passes for each picture. It can overfit to this one step, and then a model falls to PGD from one
/// epoch to the next: see ``CatastrophicOverfittingCheck``, and ``NFGSM``, which does not.
///
/// Wong, Rice and Kolter 2020, “Fast is better than free: revisiting adversarial training”.
public struct FastAdversarialTraining: MinimaxTraining {
  /// `fast`.
  public static let name = "fast"
  /// Makes the pictures.
  private let adversary: TrainingAdversary

  /// The method.
  ///
  /// - Parameters:
  ///   - budget: the ball; not L0.
  ///   - stepSize: the length of the step with pixels in [0, 1]; 1.25·ε if there is none.
  public init(within budget: PerturbationBudget, stepSize: Double? = nil) {
    adversary = TrainingAdversary(
      PGD(steps: 1, stepSize: stepSize ?? 1.25 * budget.epsilon), within: budget)
  }

  /// Adversarial pictures.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    try adversary.images(of: batch, on: model)
  }
}

extension FastAdversarialTraining: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The length of the step with pixels in [0, 1]; 1.25·ε if there is none.
    public var stepSize: Double?

    /// The paper's length.
    public init() {}
  }

  /// What it is.
  public static var summary: String { "one step from a random start, FGSM-RS" }

  /// The method with settings.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(within: context.budget, stepSize: settings.stepSize)
  }
}
