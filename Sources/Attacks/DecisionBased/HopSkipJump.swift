public import TensorModule
public import ThreatModels

/// Steps along the boundary of the goal's region, with its normal estimated from decisions alone.
///
/// From a given start or a random picture that reaches the goal, each iteration finds the boundary by halving the way to
/// the original, estimates the boundary's normal there from the decisions at nearby random points
/// (B₀·√t of them in iteration t), and steps along it, ξ = d/√t, halved until the goal is reached. Without
/// a start that reaches the goal the picture is returned as it is.
///
/// B₀, its maximum and γ are the paper's. The search for the boundary stops at a ten-thousandth of the
/// distance where the paper goes on, and fewer random pictures are tried for a start.
///
/// Chen, Jordan and Wainwright 2020, “HopSkipJumpAttack: a query-efficient decision-based attack”.
public struct HopSkipJump: DecisionBasedAttack {
  /// L∞ and L2.
  public static let norms: Set<Norm> = [.linf, .l2]
  /// It begins at the starts, or tries them.
  public static let usesStarts = true

  /// How many steps.
  public var iterations: Int
  /// How many random points estimate the first normal, B₀.
  public var initialEvaluations: Int
  /// How many random points estimate any normal at most.
  public var maximumEvaluations: Int
  /// By how much the tolerance of the search for the boundary is scaled, γ; it is 10⁻⁴ at least.
  public var gamma: Double
  /// How many random pictures are tried for a start.
  public var startTries: Int

  /// A positive γ.
  public var hasUsableSettings: Bool {
    gamma > 0
  }

  /// The attack.
  ///
  /// - Precondition: all numbers are positive.
  public init(
    iterations: Int = 64, initialEvaluations: Int = 100, maximumEvaluations: Int = 10_000,
    gamma: Double = 1, startTries: Int = 100
  ) {
    precondition(
      iterations > 0 && initialEvaluations > 0 && maximumEvaluations > 0 && startTries > 0,
      "no iterations, evaluations or tries")
    precondition(gamma > 0, "a gamma of \(gamma)")
    self.iterations = iterations
    self.initialEvaluations = initialEvaluations
    self.maximumEvaluations = maximumEvaluations
    self.gamma = gamma
    self.startTries = startTries
  }

  /// Steps along the boundary; keeps the nearest point of all.
  public func closest(
    _ batch: AttackBatch, on model: any LabelOracle, in norm: Norm, enough: Double?
  ) throws(OracleError) -> Tensor {
    let generators = batch.keys.map { $0.part(Self.name).makeGenerator() }
    var boundary = BoundaryPoints(of: batch, on: model, in: norm, enough: enough)
    try OracleError.endingWithBudget { () throws(OracleError) in
      try boundary.findStarts(using: generators, tries: startTries)
      try approach(&boundary, in: norm, using: generators)
    }
    return boundary.nearest
  }

  /// Steps until every picture is near enough.
  private func approach(
    _ boundary: inout BoundaryPoints, in norm: Norm, using generators: [Generator]
  ) throws(OracleError) {
    var rows = boundary.open
    if rows.isEmpty { return }
    var points = try project(boundary.nearest.rows(rows), rows: rows, &boundary, in: norm)
    for iteration in 1...iterations {
      (points, rows) = boundary.stillOpen(points, rows: rows)
      if rows.isEmpty { break }
      let distances = boundary.distances(of: points, rows: rows)
      var normals: [Tensor] = []
      for (index, row) in rows.enumerated() {
        normals.append(
          try normal(
            at: points[index..<(index + 1)], row: row, boundary,
            radius: radius(iteration, distance: distances[index], points[index], in: norm),
            iteration: iteration, in: norm, using: generators[row]))
      }
      let directions = Tensor.concatenated(normals)
      points = try step(
        from: points, along: norm == .linf ? directions.sign() : directions, rows: rows, &boundary,
        lengths: distances.map { $0 / Double(iteration).squareRoot() })
      points = try project(points, rows: rows, &boundary, in: norm)
    }
  }

  /// The tolerance θ of the search for the boundary, as a share of the distance.
  ///
  /// The paper's, but no finer than where the rounding of the model's numbers begins to decide.
  private func tolerance(_ picture: Tensor, in norm: Norm) -> Double {
    let dimension = Double(picture.elementCount)
    let share = gamma / (norm == .linf ? dimension * dimension : dimension * dimension.squareRoot())
    return max(share, 1e-4)
  }

  /// How far from the boundary the normal is estimated, δ.
  private func radius(
    _ iteration: Int, distance: Double, _ picture: Tensor, in norm: Norm
  ) -> Double {
    if iteration == 1 { return 0.1 }
    let dimension = Double(picture.elementCount)
    let scale = norm == .linf ? dimension : dimension.squareRoot()
    return scale * tolerance(picture, in: norm) * distance
  }

  private func project(
    _ points: Tensor, rows: [Int], _ boundary: inout BoundaryPoints, in norm: Norm
  ) throws(OracleError) -> Tensor {
    let tolerance = tolerance(points[0], in: norm)
    guard norm == .linf else {
      return try boundary.blend(points, rows: rows, tolerance: tolerance)
    }
    let tolerances = boundary.distances(of: points, rows: rows).map { min($0, 1) * tolerance }
    return try boundary.shrinkBox(around: points, rows: rows, tolerances: tolerances)
  }

  /// The direction in which the goal is reached, of length 1, from the decisions around a point.
  private func normal(
    at point: Tensor, row: Int, _ boundary: BoundaryPoints, radius: Double, iteration: Int,
    in norm: Norm, using generator: Generator
  ) throws(OracleError) -> Tensor {
    let wanted = Double(initialEvaluations) * Double(iteration).squareRoot()
    let count = min(Int(wanted), maximumEvaluations)
    let size = point.elementCount
    var (total, reachedTotal) = (point.filled(with: 0), point.filled(with: 0))
    var reachedCount = 0
    // As many points at once as fit into a few megabytes.
    let atOnce = max(1, 1_000_000 / size)
    for start in stride(from: 0, to: count, by: atOnce) {
      let shape = [min(atOnce, count - start)] + point.shape.dropFirst()
      let noise =
        norm == .linf
        ? Tensor.uniform(shape, in: -1...1, using: generator)
        : Tensor.normal(shape, using: generator)
      let length = noise.norm(order: 2, along: [1, 2, 3], keepingDimensions: true)
      let tried = (point + noise / length.maximum(.full([], 1e-12)) * radius).clamped(to: 0...1)
      let changes = (tried - point) / radius
      let reached = try boundary.sample(tried, row: row)
      reachedCount += reached.truths().count { $0 }
      let weights = reached.converted(to: .float32).broadcastPerSample(rank: 4)
      total = total + changes.sum(along: [0], keepingDimensions: true)
      reachedTotal = reachedTotal + (changes * weights).sum(along: [0], keepingDimensions: true)
    }
    // Decisions of ±1 without their mean, which is the less noisy estimate; where all agree, the mean
    // change itself or its opposite.
    let share = Double(reachedCount) / Double(count)
    let estimate =
      switch share {
      case 1: total
      case 0: -total
      default: reachedTotal - total * share
      }
    let length = estimate.norm(order: 2, along: [1, 2, 3], keepingDimensions: true)
    return estimate / length.maximum(.full([], 1e-12))
  }

  /// The points moved by lengths that are halved until the goal is reached; those that never do stay.
  private func step(
    from points: Tensor, along directions: Tensor, rows: [Int], _ boundary: inout BoundaryPoints,
    lengths: [Double]
  ) throws(OracleError) -> Tensor {
    var moved = points
    var open = Array(rows.indices)
    // Twenty halvings are a millionth of the distance.
    for halving in 0..<20 where !open.isEmpty {
      let scales = open.map { Float(lengths[$0] / Double(1 << halving)) }
      let changes =
        directions.rows(open)
        * Tensor(scales, shape: [open.count]).broadcastPerSample(rank: points.rank)
      let candidates = (points.rows(open) + changes).clamped(to: 0...1)
      let reached = try boundary.ask(about: candidates, rows: open.map { rows[$0] })
      let found = reached.indices.filter { reached[$0] }
      if found.isEmpty { continue }
      moved = moved.replacingRows(found.map { open[$0] }, with: candidates.rows(found))
      open = reached.indices.filter { !reached[$0] }.map { open[$0] }
    }
    return moved
  }
}
