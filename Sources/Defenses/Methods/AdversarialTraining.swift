public import Attacks
public import ProgramRuntime
public import TensorModule
public import Training

/// Adversarial training: the mean cross-entropy of adversarial pictures alone.
///
/// min over θ of E[max over ‖η‖ ≤ ε of J(θ, x + η, y)]. The inner maximum is that of any gradient
/// attack, by default PGD from a random start.
///
/// Madry, Makelov, Schmidt, Tsipras and Vladu 2018, “Towards deep learning models resistant to
/// adversarial attacks”.
public struct AdversarialTraining: MinimaxTraining {
  /// `pgd`.
  public static let name = "pgd"
  /// Makes the pictures.
  public var adversary: TrainingAdversary

  /// The method.
  public init(against adversary: TrainingAdversary) {
    self.adversary = adversary
  }

  /// Adversarial pictures.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    try adversary.images(of: batch, on: model)
  }
}

extension AdversarialTraining: CataloguedMethod {
  /// What can be set: the steps of PGD.
  public struct Settings: MethodSettings {
    /// How many steps.
    public var steps: Int
    /// Their length with pixels in [0, 1]; 2.5·ε/steps if there is none.
    public var stepSize: Double?

    /// Seven steps, as the paper takes on CIFAR-10.
    public init() { steps = 7 }
  }

  /// What it is.
  public static var summary: String { "adversarial examples alone, by PGD or another attack" }
  /// The budget, and another attack.
  public static var needs: Set<MethodContext.Part> { [.budget, .attack] }

  /// The method with settings.
  ///
  /// - Throws: `CatalogueError` when there are both another attack and settings for PGD.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    guard context.attack == nil || settings == Settings() else {
      throw .unsuitable("the settings of pgd are those of its own attack: set the other attack's")
    }
    self.init(
      against: context.adversary(usually: PGD(steps: settings.steps, stepSize: settings.stepSize)))
  }
}
