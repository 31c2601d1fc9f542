public import TensorModule
public import ThreatModels

/// One perturbation η for all pictures of a set, ‖η‖ ≤ ε, that also fools the model on others.
///
/// Passes over the set in small batches; each batch takes a step up the gradient of the summed
/// cross-entropies at the perturbed pictures: η ← Π(η + s·d), where d is the sign of the gradient for
/// L∞ and the gradient over its length for L2, and Π is the projection onto the ball. The step s
/// shrinks linearly over the passes.
///
/// Crafting looks at many pictures together, so what is crafted depends on the whole set and on the
/// order that its key names. ``applied(_:to:within:)`` treats every picture on its own.
///
/// Moosavi-Dezfooli, Fawzi, Fawzi and Frossard 2017, “Universal adversarial perturbations”; with the
/// gradient steps and the limited loss of Shafahi, Najibi, Xu, Dickerson, Davis and Goldstein 2020,
/// “Universal adversarial training”.
public struct UniversalPerturbation: Hashable, Codable, Sendable {
  /// How often the set is gone through.
  public var passes: Int
  /// Pictures for each step.
  public var batchSize: Int
  /// The length of the first step in the norm of the budget; ε/5 if there is none.
  public var stepSize: Double?
  /// The most that the cross-entropy of one picture counts, in nats.
  public var lossLimit: Double

  /// The attack.
  ///
  /// - Precondition: at least one pass and one picture a batch.
  public init(
    passes: Int = 10, batchSize: Int = 32, stepSize: Double? = nil, lossLimit: Double = 9
  ) {
    precondition(passes > 0 && batchSize > 0, "\(passes) passes in batches of \(batchSize)")
    self.passes = passes
    self.batchSize = batchSize
    self.stepSize = stepSize
    self.lossLimit = lossLimit
  }

  /// A perturbation for pictures like those of a set.
  ///
  /// Pictures that the model gets wrong are left out. No channel is changed by more than half of its
  /// range, whatever the budget.
  ///
  /// - Parameters:
  ///   - model: asked for gradients, always at allowed points.
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - goal: what is wanted of each picture.
  ///   - threat: the budget and the grid.
  ///   - key: names the order of the pictures.
  /// - Precondition: the norm is not L0, which no gradient step keeps small.
  /// - Returns: [1, C, H, W] of changes; zero where the model gets no picture right.
  public func crafted(
    on model: any DifferentiableClassifier, from images: Tensor, toward goal: Goal,
    within threat: ThreatModel, key: RandomKey
  ) throws(EngineError) -> Tensor {
    precondition(threat.budget.norm != .l0, "no gradient step in L0")
    let pictures = try TrainingPictures(
      images, toward: goal, rightOn: model, batchSize: batchSize)
    // The middle of the range, from which changes are free in both directions.
    let middle = images[0..<1].filled(with: 128.0 / 255)
    let ball = threat.feasibleSet(around: middle)
    let firstStep = stepSize ?? threat.budget.epsilon / 5
    var point = middle
    for pass in 0..<passes {
      let step = firstStep * (1 - Double(pass) / Double(passes))
      for batch in pictures.shuffled(by: key.part(pass), batchSize: batchSize) {
        let perturbed = applied(point - middle, to: batch.images, within: threat)
        let slopes = try model.lossGradient(at: perturbed) { logits in
          batch.goal.limitedCrossEntropy(of: logits, limit: lossLimit)
        }.gradient
        let slope = slopes.sum(along: [0], keepingDimensions: true)
        let direction = SteepestAscent.stepDirection(of: slope, at: point, in: threat.budget.norm)
        point = ball.projected(point + direction * step)
      }
    }
    return ball.realized(point) - middle
  }

  /// Pictures with a perturbation added, brought into [0, 1], into the ball and onto the grid.
  ///
  /// - Parameters:
  ///   - perturbation: [1, C, H, W], as ``crafted(on:from:toward:within:key:)`` gives it.
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - threat: the budget and the grid.
  /// - Returns: [N, C, H, W].
  public func applied(
    _ perturbation: Tensor, to images: Tensor, within threat: ThreatModel
  ) -> Tensor {
    threat.feasibleSet(around: images).realized(images + perturbation)
  }
}
