public import Attacks
public import ProgramRuntime
public import TensorModule
public import ThreatModels
public import Training

/// N-FGSM: one step from a start with more noise, not projected onto the ball.
///
/// x̃ = x + η + ε·sign(∇J(x + η, y)) with η uniform in the ball of radius 2·ε; only [0, 1] limits it, so
/// x̃ may be 3·ε from x. It costs what ``FastAdversarialTraining`` costs and does not overfit to its one
/// step.
///
/// de Jorge, Bibi, Volpi, Sanyal, Torr, Rogez and Dokania 2022, “Make some noise: reliable and
/// efficient single-step adversarial training”.
public struct NFGSM: MinimaxTraining {
  /// `n-fgsm`.
  public static let name = "n-fgsm"
  /// How strong the model is to become; examples may go farther.
  public let budget: PerturbationBudget
  /// The radius of the noise in multiples of ε.
  public let noise: Double
  /// The ball that the noise is drawn from, and the one that holds the noise and the step.
  private let threats: (noise: ThreatModel, step: ThreatModel)

  /// The method.
  ///
  /// - Parameters:
  ///   - budget: the ball; not L0.
  ///   - noise: the radius of the noise in multiples of ε, above 0.
  public init(within budget: PerturbationBudget, noise: Double = 2) {
    self.budget = budget
    self.noise = noise
    threats = (budget.enlarged(by: noise), budget.enlarged(by: noise + 1))
  }

  /// Pictures after noise and one step.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    let start = PGD.randomStart(of: batch.underAttack(), restart: 0, within: threats.noise)
    return try PGD(steps: 1, stepSize: budget.epsilon).lastPoints(
      from: start, around: batch.images, on: model.attackable(), within: threats.step
    ) { $0.crossEntropy(labels: batch.labels) }
  }
}

extension PerturbationBudget {
  /// A larger or smaller ball among real numbers, as far as there are any.
  fileprivate func enlarged(by factor: Double) -> ThreatModel {
    let all = Double.leastNormalMagnitude...(norm == .linf ? 1 : 1e9)
    let radius = min(max(epsilon * factor, all.lowerBound), all.upperBound)
    do {
      return ThreatModel(try PerturbationBudget(norm, epsilon: radius), pixels: .float)
    } catch {
      preconditionFailure("\(self) enlarged by \(factor): \(error)")
    }
  }
}

extension NFGSM: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The radius of the noise in multiples of ε.
    public var noise: Double

    /// Whether there is noise.
    public var areUsable: Bool { noise > 0 && noise <= 100 }

    /// The paper's radius.
    public init() { noise = 2 }
  }

  /// What it is.
  public static var summary: String { "one step after much noise: as cheap as fast, and steadier" }

  /// The method with settings.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(within: context.budget, noise: settings.noise)
  }
}
