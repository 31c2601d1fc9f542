import Foundation
public import TensorModule
public import ThreatModels

/// The fast minimum-norm attack: projected gradient steps in a ball that shrinks while it holds an
/// adversarial example and grows while it does not.
///
/// With L the margin that is negative where the goal is reached: the perturbation moves by
/// −α_k ∇L / ‖∇L‖₂, then onto the ball of radius ε_k, then into [0, 1]. Until the goal is reached for
/// the first time, ε_k is the distance to the linearised boundary, ‖δ‖_p + L / ‖∇L‖_q. After that it
/// is multiplied by 1 + γ_k where the goal is missed; where it is reached, by 1 − γ_k, and it is no
/// longer than the shortest perturbation found. In L0 the radius starts at one coordinate and changes
/// by at least one. α_k and γ_k fall along half a cosine.
///
/// Two things go beyond the paper. The radius grows by 1 + γ_k at least wherever the goal is missed,
/// because a ball that ends at the boundary, or whose best point lies outside [0, 1], would never hold
/// an adversarial example. In the end, but not in L0, the line to the picture is searched.
///
/// The defaults are the paper's and those of its implementation in Foolbox: α from 1 to 0.01, γ from
/// 0.05 to 0.001, 100 steps. Each step is one forward and one backward pass.
///
/// Pintor, Roli, Brendel and Biggio 2021, “Fast minimum-norm adversarial attacks through adaptive
/// norm constraints”.
public struct FMN: MinimumNormAttack {
  /// All norms.
  public static var norms: Set<Norm> { Set(Norm.allCases) }

  /// How many steps.
  public var steps: Int
  /// The length of the first step in L2, with pixels in [0, 1]; that of the last is a hundredth.
  public var stepSize: Double
  /// By what part of itself the radius changes at first, γ; at last it is 0.001.
  public var radiusChange: Double
  /// Points tried in the end on the line between the picture and its adversarial example.
  public var finalSearchSteps: Int

  /// The attack.
  ///
  /// - Precondition: at least one step.
  public init(
    steps: Int = 100, stepSize: Double = 1, radiusChange: Double = 0.05, finalSearchSteps: Int = 3
  ) {
    precondition(steps > 0, "\(steps) steps")
    self.steps = steps
    self.stepSize = stepSize
    self.radiusChange = radiusChange
    self.finalSearchSteps = finalSearchSteps
  }

  /// Steps from the pictures themselves.
  public func closest(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, in norm: Norm, enough: Double?
  ) throws(EngineError) -> Tensor {
    let shape = [-1] + batch.images.shape.dropFirst()
    var closest = ClosestPoints(of: batch, in: norm)
    var (goal, numbers) = (batch.goal, Array(batch.keys.indices))
    var origins = batch.images.flattenedSamples()
    var points = origins
    // The largest perturbation that [0, 1] allows.
    var limit = origins.maximum(-origins + 1)
      .norm(order: norm.order, along: [1], keepingDimensions: true)
    var radii = limit.filled(with: norm == .l0 ? 1 : .infinity)
    for step in 0..<steps {
      let candidates = points.reshaped(shape)
      let result = try model.lossGradient(at: candidates, of: goal.margin)
      let reached = closest.consider(candidates, logits: result.logits, rows: numbers)
      var gradient = result.gradient.flattenedSamples()
      var margins = result.losses.unsqueezed(at: 1)
      var isReached = Tensor(reached.map { $0 ? 1 : 0 }).unsqueezed(at: 1) .> 0
      let open = numbers.indices.filter { !closest.isFinished(numbers[$0], enough: enough) }
      if open.isEmpty { break }
      if open.count < numbers.count {
        let rows = Tensor(open)
        numbers = open.map { numbers[$0] }
        goal = goal.rows(rows)
        (origins, points, limit, radii) = (
          origins.rows(rows), points.rows(rows), limit.rows(rows), radii.rows(rows)
        )
        (gradient, margins, isReached) = (
          gradient.rows(rows), margins.rows(rows), isReached.rows(rows)
        )
      }
      let nearest = numbers.map { Float(closest.distances[$0]) }
      radii = changed(
        radii, by: annealed(from: radiusChange, to: 0.001, at: step), where: isReached,
        nearest: Tensor(nearest, shape: [nearest.count, 1]),
        boundary: boundaryDistance(of: points - origins, margins, gradient, in: norm), in: norm
      ).minimum(limit)
      let length = gradient.norm(order: 2, along: [1], keepingDimensions: true)
        .maximum(.full([], 1e-12))
      let stepLength = annealed(from: stepSize, to: stepSize / 100, at: step)
      let moved = points - origins - gradient / length * stepLength
      points = (origins + norm.projected(moved, within: radii)).clamped(to: 0...1)
    }
    return closest.points
  }
  /// The radii of the next balls.
  ///
  /// - Parameters:
  ///   - radii: of the last ones.
  ///   - change: by what part of themselves they change.
  ///   - isReached: where the last perturbation reached the goal.
  ///   - nearest: the shortest perturbations found; infinite where there are none.
  ///   - boundary: how far away the linearised boundary is.
  ///   - norm: in which they are measured.
  private func changed(
    _ radii: Tensor, by change: Double, where isReached: Tensor, nearest: Tensor,
    boundary: Tensor, in norm: Norm
  ) -> Tensor {
    let (less, more) = (radii * (1 - change), radii * (1 + change))
    if norm == .l0 {
      let fewer = less.roundedDown().minimum(radii - 1).minimum(nearest)
      let others = more.roundedDown().maximum(radii + 1)
      return fewer.selected(where: isReached, otherwise: others).maximum(.full([], 1))
    }
    let atLeast = more.selected(where: radii.isFinite(), otherwise: .zeros([]))
    let grown = more.selected(where: nearest.isFinite(), otherwise: boundary.maximum(atLeast))
    return less.minimum(nearest).selected(where: isReached, otherwise: grown)
  }

  /// How far from the pictures the boundary is if the model is linear: ‖δ‖_p + L / ‖∇L‖_q.
  private func boundaryDistance(
    of perturbations: Tensor, _ margins: Tensor, _ gradient: Tensor, in norm: Norm
  ) -> Tensor {
    let slope = gradient.norm(order: norm.dualOrder, along: [1], keepingDimensions: true)
    return perturbations.norm(order: norm.order, along: [1], keepingDimensions: true)
      + margins.magnitude() / slope.maximum(.full([], 1e-12))
  }

  /// A number that falls from one value to another along half a cosine.
  private func annealed(from first: Double, to last: Double, at step: Int) -> Double {
    last + (first - last) * (1 + cos(.pi * Double(step) / Double(steps))) / 2
  }
}
