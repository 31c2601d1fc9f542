import Foundation
public import TensorModule
public import ThreatModels

/// Decoupled direction and norm: steps along the gradient, on a sphere that shrinks and grows.
///
/// η ← η + α·g/‖g‖₂, where g is the gradient of the cross-entropy and α falls from 1 to 0.01 along a
/// cosine; then η is stretched to the radius ρ and clipped to [0, 1]. ρ becomes (1 − γ)ρ where the
/// last point reached the goal and (1 + γ)ρ where it did not. Where the gradient is zero the
/// direction stays.
///
/// Rony, Hafemann, Oliveira, Ben Ayed, Sabourin and Granger 2019, “Decoupling direction and norm for
/// efficient gradient-based L2 adversarial attacks and defenses”.
public struct DDN: MinimumNormAttack {
  /// L2 alone.
  public static var norms: Set<Norm> { [.l2] }

  /// How many steps.
  public var steps: Int
  /// By which share the radius changes in a step.
  public var gamma: Double
  /// The first radius.
  public var initialRadius: Double

  /// The attack.
  ///
  /// - Precondition: at least one step, γ between 0 and 1, a positive radius.
  public init(steps: Int = 100, gamma: Double = 0.05, initialRadius: Double = 1) {
    precondition(steps > 0 && gamma > 0 && gamma < 1 && initialRadius > 0)
    self.steps = steps
    self.gamma = gamma
    self.initialRadius = initialRadius
  }

  /// Steps from the pictures themselves.
  public func closest(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, in norm: Norm, enough: Double?
  ) throws(EngineError) -> Tensor {
    var best = ClosestPoints(of: batch, in: norm)
    var (numbers, goal, originals) = (best.unfinished(enough: nil), batch.goal, batch.images)
    var points = originals
    var radii = numbers.map { _ in Float(initialRadius) }
    for step in 0...steps {
      if step == steps {
        // The last point is only looked at: nobody needs its gradient.
        best.consider(points, logits: try model.logits(of: points), rows: numbers)
        break
      }
      let result = try model.lossGradient(at: points, of: goal.crossEntropy)
      let reached = best.consider(points, logits: result.logits, rows: numbers)
      for index in radii.indices {
        radii[index] *= Float(reached[index] ? 1 - gamma : 1 + gamma)
      }
      let direction = SteepestAscent.step(
        along: result.gradient, from: points, length: stepSize(of: step), in: .l2)
      let moved = points - originals + direction
      let lengths = moved.norm(order: 2, along: [1, 2, 3], keepingDimensions: true)
      let stretch =
        Tensor(radii, shape: [radii.count, 1, 1, 1]) / lengths.maximum(.full([], 1e-12))
      points = (originals + moved * stretch).clamped(to: 0...1)

      let open = numbers.indices.filter { !best.isFinished(numbers[$0], enough: enough) }
      if open.count == numbers.count { continue }
      if open.isEmpty { break }
      let kept = Tensor(open)
      (numbers, radii) = (open.map { numbers[$0] }, open.map { radii[$0] })
      (goal, originals, points) = (goal.rows(kept), originals.rows(kept), points.rows(kept))
    }
    return best.points
  }

  private func stepSize(of step: Int) -> Double {
    let (first, last) = (1.0, 0.01)
    return last + (first - last) * 0.5 * (1 + cos(.pi * Double(step) / Double(steps)))
  }
}
