public import Attacks
public import ProgramRuntime
import TensorModule
public import ThreatModels
public import Training

/// Fast AdvProp: AdvProp at nearly the price of standard training.
///
/// Only a fifth of each batch becomes adversarial, and is not learned from as it is. Those pictures go
/// through the auxiliary batch norms twice: with uniform noise, and after one step of ε along the
/// gradient of that first pass, away from the true class. Both passes move the weights, with half the
/// weight of a clean picture each, so that no pass is for the attack alone. The gradients of main and
/// auxiliary batch norms are averages over their own pictures.
///
/// Mei, Han, Bai, Zhang, Li, Li, Yuille and Xie 2022, “Fast AdvProp”.
public struct FastAdvProp: TrainingMethod {
  /// `fast-advprop`.
  public static let name = "fast-advprop"
  /// The ball.
  public var budget: PerturbationBudget
  /// The share of pictures that become adversarial, above 0 and below 1.
  public var share: Double

  /// The method.
  public init(within budget: PerturbationBudget, share: Double = 0.2) {
    self.budget = budget
    self.share = share
  }

  /// One set.
  public var auxiliaryCount: Int { 1 }

  /// Refuses a model without batch norms, or without an auxiliary set.
  public func check(_ model: TrainableClassifier) throws(TrainingError) {
    try model.weights.requireAuxiliaries(1, for: Self.name)
  }

  /// One step of descent, along gradients of two passes.
  public func learn(
    from batch: TrainingBatch, with trainer: Trainer
  ) throws(TrainingError) -> TrainingOutcome {
    let count = batch.images.count
    let changedCount = max(1, Int((share * Double(count)).rounded()))
    if changedCount == count { throw .method("\(Self.name) needs batches of at least 2 pictures") }
    let kept = count - changedCount
    let (model, clean) = (trainer.model, batch.images[0..<kept])
    let part = batch.part(kept..<count)
    let threat = ThreatModel(budget, pixels: .float)
    let feasible = threat.feasibleSet(around: part.images)
    let start = feasible.realized(
      PGD.randomStart(of: part.underAttack(), restart: 0, within: threat))
    let noisy = try start.leafOrRefusal()
    let first = try trainer.gradients(judging: batch.labels, and: [noisy]) {
      weights throws(EngineError) in
      let logits = Tensor.concatenated([
        try model.logits(of: clean, in: .training, with: weights.parameters()),
        try model.logits(of: noisy, in: .training, with: weights.parameters(of: .auxiliary(0))),
      ])
      let losses = logits.crossEntropy(labels: batch.labels)
      let loss = (losses[0..<kept].sum() + losses[kept..<count].sum() / 2) / Double(count)
      return (loss, [logits])
    }
    guard let uphill = first.inputs[0] else {
      throw .method("\(Self.name) follows the gradients of pixels, and this model has none")
    }
    let direction = SteepestAscent.stepDirection(of: uphill, at: start, in: budget.norm)
    let changed = feasible.realized(start + direction * budget.epsilon)
    let second = try trainer.gradients(judging: part.labels) { weights throws(EngineError) in
      let logits = try model.logits(
        of: changed, in: .training, with: weights.parameters(of: .auxiliary(0)))
      return (logits.crossEntropy(labels: part.labels).sum() / Double(2 * count), [logits])
    }
    let factors = factors(
      for: model.weights, clean: Double(count) / Double(kept),
      changed: Double(count) / Double(changedCount))
    let gradients = factors.indices.map { index in
      Self.sum(first.weights[index], second.weights[index]).map { $0 * factors[index] }
    }
    try trainer.move(along: gradients)
    var outcome = first.outcome
    outcome.totalLoss += second.outcome.totalLoss / Double(changedCount) * Double(count)
    return outcome
  }

  /// By what each gradient is multiplied so that it is a mean over the pictures that it is about.
  private func factors(
    for weights: TrainableWeights, clean: Double, changed: Double
  ) -> [Double] {
    let names = Set(weights.names)
    return weights.trained.map { index in
      let name = weights.names[index]
      if name.hasSuffix(Self.suffix) { return changed }
      return names.contains(name + Self.suffix) ? clean : 1
    }
  }

  /// What the names of the first auxiliary set end with.
  private static let suffix = "@1"

  private static func sum(_ left: Tensor?, _ right: Tensor?) -> Tensor? {
    guard let left, let right else { return left ?? right }
    return left + right
  }
}

extension FastAdvProp: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The share of pictures that become adversarial.
    public var share: Double

    /// Whether some pictures become adversarial and some do not.
    public var areUsable: Bool { share > 0 && share < 1 }

    /// The paper's fifth.
    public init() { share = 0.2 }
  }

  /// What it is.
  public static var summary: String { "advprop on a fifth of each batch, at the price of standard" }

  /// The method with settings.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(within: context.budget, share: settings.share)
  }
}
