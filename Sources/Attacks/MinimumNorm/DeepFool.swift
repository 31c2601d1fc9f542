public import TensorModule
public import ThreatModels

/// Steps onto the nearest of the linearised boundaries until one is crossed.
///
/// With f_k the difference between the logits of class k and of the label, and w_k its gradient, a
/// step goes to the class with the smallest |f_k| / ‖w_k‖_q: by |f_k| w_k / ‖w_k‖₂² for L2 and by
/// |f_k| sign(w_k) / ‖w_k‖₁ for L∞. The model is asked at x₀ + (1 + overshoot)·r, where r is the sum
/// of the steps. In the end the line to the picture is searched for the boundary.
///
/// The defaults are the paper's: at most 50 steps, overshoot 0.02, the ten classes with the highest
/// logits. A step costs one forward pass, and a backward pass for each class but the label.
///
/// Moosavi-Dezfooli, Fawzi and Frossard 2016, “DeepFool: a simple and accurate method to fool deep
/// neural networks”.
public struct DeepFool: MinimumNormAttack {
  /// L∞ and L2.
  public static var norms: Set<Norm> { [.linf, .l2] }

  /// Steps at most.
  public var steps: Int
  /// By what part of itself the perturbation is lengthened.
  public var overshoot: Double
  /// Classes with the highest logits that are considered, the label among them.
  public var candidateClasses: Int
  /// Points tried in the end on the line between the picture and its adversarial example.
  public var finalSearchSteps: Int

  /// At least two classes to choose from.
  public var hasUsableSettings: Bool {
    candidateClasses > 1
  }

  /// The attack.
  ///
  /// - Precondition: at least one step and two classes.
  public init(
    steps: Int = 50, overshoot: Double = 0.02, candidateClasses: Int = 10,
    finalSearchSteps: Int = 3
  ) {
    precondition(
      steps > 0 && candidateClasses > 1, "\(steps) steps, \(candidateClasses) classes")
    self.steps = steps
    self.overshoot = overshoot
    self.candidateClasses = candidateClasses
    self.finalSearchSteps = finalSearchSteps
  }

  /// Steps from the pictures themselves; a picture whose goal is reached is left alone.
  public func closest(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, in norm: Norm, enough: Double?
  ) throws(EngineError) -> Tensor {
    var closest = ClosestPoints(of: batch, in: norm)
    var numbers = Array(batch.keys.indices)
    var logits = try model.logits(of: batch.images)
    var boundaries = ClassBoundaries(
      of: batch.goal, nearestBy: logits, count: candidateClasses - 1)
    var (origins, points) = (batch.images, batch.images)
    for step in 0...steps {
      let reached = closest.consider(points, logits: logits, rows: numbers)
      if reached.contains(true) {
        let open = reached.indices.filter { !reached[$0] }
        numbers = open.map { numbers[$0] }
        let rows = Tensor(open)
        (boundaries, origins, points) = (
          boundaries.rows(rows), origins.rows(rows), points.rows(rows)
        )
      }
      if numbers.isEmpty || step == steps { break }
      let boundary = try boundaries.nearest(to: points, on: model, in: norm)
      let way = Self.step(onto: boundary, in: norm).reshaped(points.shape)
      // The points are lengthened already; the step starts from what they were before.
      let change = (points - origins) / (1 + overshoot) + way
      points = (origins + change * (1 + overshoot)).clamped(to: 0...1)
      logits = try model.logits(of: points)
    }
    try BoundarySearch(steps: finalSearchSteps)
      .tighten(&closest, of: batch, on: model, enough: enough)
    return closest.points
  }

  /// How much further every step goes, as in the authors' program.
  ///
  /// Where pixels have come to the end of [0, 1], a step covers a part of the way only; without this the
  /// boundary would be approached for ever and rounding would decide whether it is crossed.
  private static let excess = 1e-4

  /// The shortest step onto a boundary, and slightly beyond, without regard to [0, 1].
  private static func step(
    onto boundary: (difference: Tensor, gradient: Tensor), in norm: Norm
  ) -> Tensor {
    let gradient = boundary.gradient
    let size = gradient.norm(order: norm.dualOrder, along: [1], keepingDimensions: true)
      .maximum(.full([], 1e-12))
    let direction = norm == .linf ? gradient.sign() : gradient / size
    return direction * (-boundary.difference / size + excess)
  }
}
