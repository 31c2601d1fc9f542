import TensorModule
import ThreatModels

/// One run of ``FAB``.
struct AdaptiveBoundarySearch {
  let settings: FAB
  let norm: Norm
  let enough: Double?

  /// Points in random directions, half as far away as the nearest adversarial example.
  ///
  /// Where none is known, or only farther ones than what is enough, the latter takes its place.
  ///
  /// - Parameters:
  ///   - batch: the pictures of the run.
  ///   - distances: of the nearest adversarial examples known.
  ///   - restart: which run it is.
  func randomStart(of batch: AttackBatch, distances: [Double], restart: Int) -> Tensor {
    let shape = Array(batch.images.shape.dropFirst())
    let farthest = enough ?? usualBudget
    let offsets = batch.keys.indices.map { index in
      let generator = batch.keys[index].part(FAB.name).part(restart).makeGenerator()
      let direction =
        norm == .linf
        ? Tensor.uniform(shape, in: -1...1, using: generator)
        : Tensor.normal(shape, using: generator)
      let length = direction.reshaped([-1]).norm(order: norm.order, along: [0]).scalar()
      return direction * (0.5 * min(distances[index], farthest) / max(length, 1e-12))
    }
    return (batch.images + Tensor.stacked(offsets)).clamped(to: 0...1)
  }

  /// The budgets of the reference implementation, which say how far its random starts lie.
  private var usualBudget: Double {
    switch norm {
    case .linf: 0.3
    case .l2: 1
    case .l1, .l0: 5
    }
  }

  /// Steps from a start until all steps are used up or every picture has a point that is near enough.
  ///
  /// - Parameters:
  ///   - batch: the pictures of the run.
  ///   - numbers: which rows of `closest` they are.
  ///   - start: one point for each picture.
  ///   - boundaries: what to step across.
  ///   - model: asked for logits and gradients.
  ///   - closest: learns of every point.
  func run(
    _ batch: AttackBatch, numbered numbers: [Int], from start: Tensor,
    across boundaries: ClassBoundaries, on model: any DifferentiableClassifier,
    keeping closest: inout ClosestPoints
  ) throws(EngineError) {
    let shape = [-1] + batch.images.shape.dropFirst()
    var (numbers, boundaries) = (numbers, boundaries)
    var origins = batch.images.flattenedSamples()
    var points = start.flattenedSamples()
    for step in 0..<settings.steps {
      let boundary = try boundaries.nearest(to: points.reshaped(shape), on: model, in: norm)
      points = moved(from: points, origins: origins, onto: boundary)
      let candidates = points.reshaped(shape)
      let logits = try model.logits(of: candidates)
      let reached = closest.consider(candidates, logits: logits, rows: numbers)
      guard reached.contains(true), step < settings.steps - 1 else { continue }
      let hits = reached.indices.filter { reached[$0] }
      let open = numbers.indices.filter { !closest.isFinished(numbers[$0], enough: enough) }
      if open.isEmpty { return }
      let change = points.rows(hits) - origins.rows(hits)
      points = points.replacingRows(
        hits, with: origins.rows(hits) + change * settings.backwardStep)
      guard open.count < numbers.count else { continue }
      let rows = Tensor(open)
      numbers = open.map { numbers[$0] }
      (boundaries, origins, points) = (boundaries.rows(rows), origins.rows(rows), points.rows(rows))
    }
  }

  /// The mean of the two steps onto the boundary, from the points and from the pictures.
  private func moved(
    from points: Tensor, origins: Tensor, onto boundary: (difference: Tensor, gradient: Tensor)
  ) -> Tensor {
    let plane = BoxedHyperplane(normal: boundary.gradient, in: norm)
    let missing = -boundary.difference
    let lead = (boundary.gradient * (points - origins)).sum(along: [1], keepingDimensions: true)
    let onward = plane.step(from: points, raising: missing)
    let anew = plane.step(from: origins, raising: missing + lead)
    let ways = [onward, anew].map {
      $0.norm(order: norm.order, along: [1], keepingDimensions: true).maximum(.full([], 1e-8))
    }
    let bias = (ways[0] / (ways[0] + ways[1])).clamped(to: 0...settings.largestBias)
    let ahead = points + onward * settings.overshoot
    let back = origins + anew * settings.overshoot
    return (ahead + (back - ahead) * bias).clamped(to: 0...1)
  }
}
