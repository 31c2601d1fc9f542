public import Attacks
public import ProgramRuntime
public import TensorModule
public import ThreatModels
public import Training

/// Who a model learns to hold against: an attack, its budget, and which side of the model it sees.
///
/// Pixels are real numbers in [0, 1]. A `SteppedAttack` takes all of its steps and is not looked at
/// again, which is what training wants; any other attack works as it does in an evaluation.
public struct TrainingAdversary {
  /// The attack.
  public var attack: any WhiteBoxAttack
  /// The budget, among real numbers.
  public let threat: ThreatModel
  /// How batch norm and dropout behave under attack; running statistics stay as they are in either.
  public var mode: TrainableClassifier.Mode
  /// Whose batch-norm weights are attacked.
  public var branch: TrainableWeights.Branch

  /// An adversary.
  ///
  /// - Precondition: the attack knows the norm of the budget.
  public init(
    _ attack: any WhiteBoxAttack, within budget: PerturbationBudget,
    mode: TrainableClassifier.Mode = .evaluation, branch: TrainableWeights.Branch = .main
  ) {
    precondition(type(of: attack).norms.contains(budget.norm), "\(attack) in \(budget.norm)")
    self.attack = attack
    threat = ThreatModel(budget, pixels: .float)
    self.mode = mode
    self.branch = branch
  }

  /// Adversarial pictures on the weights as they are.
  ///
  /// - Parameters:
  ///   - batch: the pictures.
  ///   - goal: what is wanted of them; any class but the true one unless said otherwise.
  ///   - model: in training.
  /// - Returns: [N, C, H, W], within the budget and [0, 1].
  public func images(
    of batch: TrainingBatch, toward goal: Goal? = nil, on model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    try images(of: batch, toward: goal, on: model.attackable(in: mode, branch: branch))
  }

  /// Adversarial pictures on another model, such as one that does not learn.
  public func images(
    of batch: TrainingBatch, toward goal: Goal? = nil, on model: any DifferentiableClassifier
  ) throws(EngineError) -> Tensor {
    let batch = batch.underAttack(toward: goal)
    if let attack = attack as? any SteppedAttack {
      return try attack.lastPoints(batch, on: model, within: threat)
    }
    return try attack.perturbed(batch, on: model, within: threat)
  }
}

extension TrainingBatch {
  /// The pictures as an attack takes them.
  func underAttack(toward goal: Goal? = nil) -> AttackBatch {
    AttackBatch(
      images, toward: goal ?? Goal(avoiding: labels), keys: keys.map { $0.part("attack") })
  }
}

extension Tensor {
  /// The same elements as a leaf of a new graph, with the errors of a training run.
  func leafOrRefusal() throws(TrainingError) -> Tensor {
    do {
      return try leaf()
    } catch {
      throw .engine(error)
    }
  }
}

extension TrainingBatch {
  /// Some neighbouring pictures.
  func part(_ range: Range<Int>) -> TrainingBatch {
    TrainingBatch(images: images[range], labels: labels[range], keys: Array(keys[range]))
  }
}
