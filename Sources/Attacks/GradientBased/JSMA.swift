public import TensorModule
public import ThreatModels

/// The saliency map attack: one channel after the other set to 0 or 1, the most telling one first.
///
/// It works towards a class t: the target, or without one whatever wrong class leads. The saliency of
/// a channel that moves by δ to the end of its range is α·|β|, with α = δ·∂z_t/∂x and
/// β = δ·∂Σ_{j≠t} z_j/∂x, where α > 0 > β, and zero elsewhere. The logits z are taken relative to
/// their mean, since what is common to all of them changes no answer; then β = −α, as it is for the
/// probabilities of the paper, and one gradient serves for both.
///
/// A picture is done when it reaches its goal, when ε channels are used up, or when no channel helps.
///
/// Papernot, McDaniel, Jha, Fredrikson, Celik and Swami 2016, “The limitations of deep learning in
/// adversarial settings”; single channels, moved either way, instead of pairs that grow.
public struct JSMA: WhiteBoxAttack {
  /// L0 alone.
  public static var norms: Set<Norm> { [.l0] }

  /// The attack; it has no settings.
  public init() {}

  /// One channel of each picture a step.
  public func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    let shape = batch.images.shape
    var best = BestPoints(of: batch)
    var (numbers, goal) = (best.unfinished, batch.goal)
    var points = batch.images.flattenedSamples()
    var isUsed = points.filled(with: 0)
    let steps = Int(min(threat.budget.epsilon, Double(points.shape[1])))
    for step in 0...steps {
      let images = points.reshaped([points.count] + shape.dropFirst())
      if step == steps {
        // The last point is only looked at: nobody needs its gradient.
        let logits = try model.logits(of: images)
        best.consider(images, logits: logits, losses: goal.lead(of: logits), rows: numbers)
        break
      }
      let result = try model.lossGradient(at: images, of: goal.lead)
      let reached = best.consider(
        images, logits: result.logits, losses: result.losses, rows: numbers)
      let slope = result.gradient.flattenedSamples()
      let ends = (slope .> 0).converted(to: .float32)
      // α; its square orders channels in the same way.
      let saliency = (slope * (ends - points)).selected(
        where: isUsed .== 0, otherwise: isUsed.filled(with: 0))
      let (values, chosen) = saliency.top(1, along: 1)
      isUsed = isUsed.filled(along: 1, at: chosen, with: 1)
      let mask = isUsed.filled(with: 0).filled(along: 1, at: chosen, with: 1)
      points = ends.selected(where: mask .> 0, otherwise: points)

      let gains = values.floats()
      let open = reached.indices.filter { !reached[$0] && gains[$0] > 0 }
      if open.count == numbers.count { continue }
      if open.isEmpty { break }
      let kept = Tensor(open)
      numbers = open.map { numbers[$0] }
      (goal, points, isUsed) = (goal.rows(kept), points.rows(kept), isUsed.rows(kept))
    }
    return best.points
  }
}

extension Goal {
  /// By how much the logit of the target, or of the leading wrong class, exceeds the mean logit.
  fileprivate func lead(of logits: Tensor) -> Tensor {
    let leading =
      targets?.unsqueezed(at: 1)
      ?? logits.filled(along: 1, at: labels.unsqueezed(at: 1), with: -.infinity)
      .argmax(along: 1).unsqueezed(at: 1)
    return logits.gathered(along: 1, at: leading).squeezed(at: 1) - logits.mean(along: [1])
  }
}
