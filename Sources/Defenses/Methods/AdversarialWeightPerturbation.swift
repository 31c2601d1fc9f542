public import Attacks
public import ProgramRuntime
import TensorModule
public import Training

/// AWP: adversarial training where the weights are under attack as well.
///
/// After another method has made its pictures, every tensor of weights with more than one dimension is
/// moved up the loss by γ·‖w‖·g/‖g‖. The gradient there moves the weights from where they were. Running
/// statistics of batch norms see the moved weights, and only them.
///
/// Wu, Xia and Wang 2020, “Adversarial weight perturbation helps robust generalization”.
public struct AdversarialWeightPerturbation: TrainingMethod {
  /// `awp`.
  public static let name = "awp"
  /// Makes the pictures and the loss.
  public var method: any MinimaxTraining
  /// How far a tensor of weights is moved, in multiples of its length.
  public var gamma: Double
  /// How many epochs train without it first.
  public var warmUp: Int

  /// The method.
  ///
  /// - Parameters:
  ///   - method: such as ``AdversarialTraining`` or ``TRADES``.
  ///   - gamma: the paper's 0.01 for the former and 0.005 for the latter if there is none.
  ///   - warmUp: epochs without it.
  public init(on method: any MinimaxTraining, gamma: Double? = nil, warmUp: Int = 0) {
    self.method = method
    self.gamma = gamma ?? (method is TRADES ? 0.005 : 0.01)
    self.warmUp = warmUp
  }

  /// As many as the other method wants.
  public var auxiliaryCount: Int { method.auxiliaryCount }

  /// What the other method checks.
  public func check(_ model: TrainableClassifier) throws(TrainingError) {
    try method.check(model)
  }

  /// One step of descent.
  public func learn(
    from batch: TrainingBatch, with trainer: Trainer
  ) throws(TrainingError) -> TrainingOutcome {
    if trainer.nextEpoch < warmUp { return try method.learn(from: batch, with: trainer) }
    let model = trainer.model
    let changed = try method.innerPart(of: batch, for: model)
    func gradients(sparesStatistics: Bool) throws(TrainingError) -> Trainer.Descent {
      try trainer.gradients(judging: batch.labels, sparesStatistics: sparesStatistics) {
        weights throws(EngineError) in
        try method.loss(of: batch, changed: changed, for: model, with: weights)
      }
    }
    let uphill = try gradients(sparesStatistics: true).weights
    let changes = zip(model.weights.trainedTensors, uphill).map(change)
    let descent = try trainer.withWeights(movedBy: changes) { () throws(TrainingError) in
      try gradients(sparesStatistics: false)
    }
    try trainer.move(along: descent.weights)
    return descent.outcome
  }

  private func change(of weight: Tensor, along gradient: Tensor?) -> Tensor? {
    guard let gradient, weight.rank > 1 else { return nil }
    let length = gradient.length.maximum(.full([], 1e-20))
    return gradient * (weight.length / length * gamma)
  }
}

extension Tensor {
  /// The Euclidean length of all elements together, as a scalar tensor.
  fileprivate var length: Tensor { reshaped([-1]).norm(order: 2, along: [0]) }
}

extension AdversarialWeightPerturbation: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The other method's name.
    public var on: String
    /// How far weights are moved in multiples of their length; the paper's for the other method if
    /// there is none.
    public var gamma: Double?
    /// How many epochs train without it first; none if there is no number.
    public var warmUp: Int?

    /// Whether weights are moved to where the loss is greater, not to where it is less.
    public var areUsable: Bool {
      gamma.map { $0 >= 0 && $0.isFinite } ?? true && (warmUp ?? 0) >= 0
    }

    /// On top of `pgd`.
    public init() { on = "pgd" }
  }

  /// What it is.
  public static var summary: String { "pgd or trades with the weights under attack too" }
  /// The budget, and another attack.
  public static var needs: Set<MethodContext.Part> { [.budget, .attack] }

  /// The method with settings.
  ///
  /// - Throws: `CatalogueError` when there is no such other method, or it cannot be built on.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    guard
      let method = try MethodCatalogue.method(settings.on, in: context) as? any MinimaxTraining
    else {
      throw .unsuitable("awp cannot be built on \(settings.on): use pgd, trades or mart")
    }
    self.init(on: method, gamma: settings.gamma, warmUp: settings.warmUp ?? 0)
  }
}
