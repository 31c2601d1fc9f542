import TensorModule
import ThreatModels

/// The nearest points seen that reach the goal: what the decision-based attacks share.
///
/// It asks the model, keeps the nearest point of each picture, and knows which pictures are still to be
/// worked on.
struct BoundaryPoints {
  /// [N, C, H, W]: the nearest points that reach the goal, or the pictures themselves.
  private(set) var nearest: Tensor
  /// The distance of each nearest point; infinite where there is none.
  private(set) var distances: [Double]
  /// [N, C, H, W].
  let originals: Tensor

  private let starts: Tensor?
  private let goal: Goal
  private let model: any LabelOracle
  private let norm: Norm
  private let enough: Double?

  /// The pictures of a batch, of which no point is known yet.
  init(of batch: AttackBatch, on model: any LabelOracle, in norm: Norm, enough: Double?) {
    nearest = batch.images
    originals = batch.images
    distances = [Double](repeating: .infinity, count: batch.images.count)
    starts = batch.starts
    goal = batch.goal
    self.model = model
    self.norm = norm
    self.enough = enough
  }

  /// Pictures of which a point is known that is not near enough yet.
  var open: [Int] {
    distances.indices.filter { distances[$0].isFinite && !isNearEnough(distances[$0]) }
  }

  /// Pictures of which no point is known.
  var unknown: [Int] { distances.indices.filter { distances[$0] == .infinity } }

  /// Those of some points, one for each picture, whose pictures are still to be worked on.
  func stillOpen(_ points: Tensor, rows: [Int]) -> (points: Tensor, rows: [Int]) {
    let open = Set(self.open)
    let kept = rows.indices.filter { open.contains(rows[$0]) }
    return kept.count == rows.count
      ? (points, rows) : (points.rows(kept), kept.map { rows[$0] })
  }

  /// Asks about one point for each of some pictures.
  ///
  /// - Returns: for each point whether it reaches the goal.
  mutating func ask(about points: Tensor, rows: [Int]) throws(OracleError) -> [Bool] {
    let predictions = try model.labels(of: points)
    let reached = goal.rows(Tensor(rows)).isReached(byPredictions: predictions).truths()
    let found = reached.indices.filter { reached[$0] }
    if !found.isEmpty { keep(points.rows(found), rows: found.map { rows[$0] }) }
    return reached
  }

  /// Asks about many points of one picture, which are not kept.
  ///
  /// - Returns: for each point whether it reaches the goal, as truth values.
  func sample(_ points: Tensor, row: Int) throws(OracleError) -> Tensor {
    let rows = Tensor([Int](repeating: row, count: points.count))
    return goal.rows(rows).isReached(byPredictions: try model.labels(of: points))
  }

  /// Distances of points from their pictures, in double precision.
  func distances(of points: Tensor, rows: [Int]) -> [Double] {
    ThreatModel.perturbation(from: originals.rows(rows), to: points, pixels: .float)
      .norm(order: norm.order, along: [1]).doubles()
  }

  private mutating func keep(_ points: Tensor, rows: [Int]) {
    let found = distances(of: points, rows: rows)
    let nearer = rows.indices.filter { found[$0] < distances[rows[$0]] }
    if nearer.isEmpty { return }
    for index in nearer { distances[rows[index]] = found[index] }
    nearest = nearest.replacingRows(nearer.map { rows[$0] }, with: points.rows(nearer))
  }

  private func isNearEnough(_ distance: Double) -> Bool {
    enough.map { distance <= $0 } ?? false
  }
}

extension BoundaryPoints {
  /// Asks about the starts that the batch brought, if it brought any: one query for each picture that has one.
  mutating func tryStarts() throws(OracleError) {
    guard let starts else { return }
    let differ = (starts - originals).flattenedSamples().magnitude().max(along: [1]).floats()
    let rows = differ.indices.filter { differ[$0] > 0 }
    if !rows.isEmpty { _ = try ask(about: starts.rows(rows).clamped(to: 0...1), rows: rows) }
  }

  /// The batch's starts, and where they do not reach the goal uniformly random pictures until one does,
  /// blended with the original as far as it goes.
  ///
  /// - Parameters:
  ///   - generators: one for each picture.
  ///   - tries: how many pictures are drawn at most.
  mutating func findStarts(
    using generators: [Generator], tries: Int
  ) throws(OracleError) {
    try tryStarts()
    let shape = Array(originals.shape.dropFirst())
    for _ in 0..<tries {
      let rows = unknown
      if rows.isEmpty { break }
      let noise = Tensor.stacked(rows.map { Tensor.uniform(shape, using: generators[$0]) })
      _ = try ask(about: noise, rows: rows)
    }
    let rows = open
    if rows.isEmpty { return }
    // A thousandth is enough here: the attack goes on from there.
    _ = try blend(nearest.rows(rows), rows: rows, tolerance: 1e-3)
  }

  /// The points nearest to the pictures on the lines to points that reach the goal.
  ///
  /// - Parameters:
  ///   - points: reach the goal.
  ///   - tolerance: when the search ends, as a share of each line.
  /// - Returns: points that reach the goal, in the order of `rows`.
  mutating func blend(
    _ points: Tensor, rows: [Int], tolerance: Double
  ) throws(OracleError) -> Tensor {
    let images = originals.rows(rows)
    return try search(
      from: points, rows: rows, highs: rows.map { _ in 1 }, tolerances: rows.map { _ in tolerance }
    ) { shares in images + (points - images) * shares }
  }

  /// The points nearest to the pictures among those that reach the goal when clipped to smaller and
  /// smaller L∞ balls.
  ///
  /// - Parameters:
  ///   - points: reach the goal.
  ///   - tolerances: when the search for each radius ends.
  mutating func shrinkBox(
    around points: Tensor, rows: [Int], tolerances: [Double]
  ) throws(OracleError) -> Tensor {
    let images = originals.rows(rows)
    return try search(
      from: points, rows: rows, highs: distances(of: points, rows: rows), tolerances: tolerances
    ) { radii in points.clamped(from: images - radii, to: images + radii) }
  }

  /// Halves intervals whose upper ends reach the goal.
  private mutating func search(
    from points: Tensor, rows: [Int], highs: [Double], tolerances: [Double],
    at place: (Tensor) -> Tensor
  ) throws(OracleError) -> Tensor {
    var (highs, lows) = (highs, highs.map { _ in 0.0 })
    var found = points
    // Numbers of 32 bits cannot tell the ends of smaller intervals apart.
    let resolution = 1e-7
    while true {
      let wide = rows.indices.filter {
        highs[$0] - lows[$0] > Swift.max(tolerances[$0], resolution * highs[$0])
      }
      if wide.isEmpty { return found }
      let middles = zip(lows, highs).map { ($0 + $1) / 2 }
      let shares = Tensor(middles.map(Float.init), shape: [rows.count])
        .broadcastPerSample(rank: points.rank)
      let candidates = place(shares).clamped(to: 0...1).rows(wide)
      let reached = try ask(about: candidates, rows: wide.map { rows[$0] })
      for (index, row) in wide.enumerated() {
        if reached[index] { highs[row] = middles[row] } else { lows[row] = middles[row] }
      }
      let successes = reached.indices.filter { reached[$0] }
      if successes.isEmpty { continue }
      found = found.replacingRows(
        successes.map { wide[$0] }, with: candidates.rows(successes))
    }
  }
}
