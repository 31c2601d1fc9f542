public import Attacks
import ProgramRuntime
import TensorModule
public import ThreatModels
public import Training

/// Free adversarial training: each backward pass moves the weights and the pictures.
///
/// A batch is shown m times. Every time the weights take a step of descent on x + η, and η a step of ε
/// of ascent along the same pass's gradient, projected onto the ball. η goes on from batch to batch:
/// the trainer remembers it, and so does a checkpoint. Since every batch makes m steps, take a m-th of
/// the epochs. The model is in training mode throughout. The pictures count as right or wrong as they
/// are shown the last time.
///
/// Shafahi, Najibi, Ghiasi, Xu, Dickerson, Studer, Davis, Taylor and Goldstein 2019, “Adversarial
/// training for free!”.
public struct FreeAdversarialTraining: TrainingMethod {
  /// `free`.
  public static let name = "free"
  /// What the memory of η is called: [N, C, H, W], as many rows as the largest batch so far.
  static let memory = "perturbation"
  /// The ball.
  public var budget: PerturbationBudget
  /// How often a batch is shown, m.
  public var replays: Int

  /// The method.
  ///
  /// - Precondition: at least one replay.
  public init(within budget: PerturbationBudget, replays: Int = 8) {
    precondition(replays > 0, "\(replays) replays")
    self.budget = budget
    self.replays = replays
  }

  /// m steps of descent.
  public func learn(
    from batch: TrainingBatch, with trainer: Trainer
  ) throws(TrainingError) -> TrainingOutcome {
    let images = batch.images
    let feasible = ThreatModel(budget, pixels: .float).feasibleSet(around: images)
    var change = try remembered(images, by: trainer)
    var outcome = TrainingOutcome()
    for _ in 0..<replays {
      let pixels = try feasible.realized(images + change).leafOrRefusal()
      let descent = try trainer.gradients(judging: batch.labels, and: [pixels]) {
        weights throws(EngineError) in
        let logits = try trainer.model.logits(
          of: pixels, in: .training, with: weights.parameters())
        return (logits.crossEntropy(labels: batch.labels).mean(), [logits])
      }
      try trainer.move(along: descent.weights)
      outcome = descent.outcome
      guard let gradient = descent.inputs[0] else {
        throw .method("free follows the gradients of pixels, and this model has none")
      }
      change = moved(pixels.detached(), along: gradient, in: feasible) - images
    }
    remember(change, by: trainer)
    return outcome
  }

  /// The points after a step of ε.
  private func moved(
    _ points: Tensor, along gradient: Tensor, in feasible: FeasibleSet
  ) -> Tensor {
    let direction = SteepestAscent.stepDirection(of: gradient, at: points, in: budget.norm)
    return feasible.projected(points + direction * budget.epsilon)
  }

  /// What is left of the last batches, for as many pictures as there are; nothing at first.
  private func remembered(
    _ images: Tensor, by trainer: Trainer
  ) throws(TrainingError) -> Tensor {
    guard let memory = trainer.methodMemory[Self.memory] else { return images.filled(with: 0) }
    guard memory.rank == 4, memory.shape.dropFirst() == images.shape.dropFirst() else {
      throw .unfitCheckpoint("the perturbation that free remembers has another shape")
    }
    if memory.count >= images.count { return memory[0..<images.count] }
    return .concatenated([memory, images[memory.count..<images.count].filled(with: 0)])
  }

  private func remember(_ change: Tensor, by trainer: Trainer) {
    let old = trainer.methodMemory[Self.memory]
    let rest = old.flatMap { $0.count > change.count ? $0[change.count..<$0.count] : nil }
    trainer.methodMemory[Self.memory] = rest.map { .concatenated([change, $0]) } ?? change
  }
}

extension FreeAdversarialTraining: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// How often a batch is shown.
    public var replays: Int

    /// The paper's number for CIFAR-10.
    public init() { replays = 8 }
  }

  /// What it is.
  public static var summary: String { "each batch several times, one pass for weights and pixels" }

  /// The method with settings.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(within: context.budget, replays: settings.replays)
  }
}
