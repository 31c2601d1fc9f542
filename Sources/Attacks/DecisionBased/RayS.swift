public import TensorModule
public import ThreatModels

/// A search for the direction of signs in which the boundary of the goal's region is nearest.
///
/// From the direction of all ones, blocks of signs are turned: first the whole picture, then halves,
/// quarters and so on down to single values, again and again. A turned block is first asked about at the
/// least radius known; only if that reaches the goal, the radius is found by halving. Nothing is random.
/// A start that reaches the goal gives the first direction, by the signs of its change, and the first radius.
///
/// Chen and Gu 2020, “RayS: a ray searching method for hard-label adversarial attack”.
public struct RayS: DecisionBasedAttack {
  /// L∞ alone.
  public static let norms: Set<Norm> = [.linf]
  /// It begins at the starts, or tries them.
  public static let usesStarts = true

  /// How often the attack may ask about a picture.
  public var queries: Int

  /// The attack.
  ///
  /// - Precondition: at least one query.
  public init(queries: Int = 10_000) {
    precondition(queries > 0, "\(queries) queries")
    self.queries = queries
  }

  /// Turns blocks of signs; one query about each unfinished picture at a time.
  public func closest(
    _ batch: AttackBatch, on model: any LabelOracle, in norm: Norm, enough: Double?
  ) throws(OracleError) -> Tensor {
    var boundary = BoundaryPoints(of: batch, on: model, in: norm, enough: enough)
    let shape = Array(batch.images.shape.dropFirst())
    let originals = batch.images.floats()
    let size = shape.reduce(1, *)
    var rays = batch.keys.map { _ in Ray(dimension: size) }
    try OracleError.endingWithBudget { () throws(OracleError) in
      try boundary.tryStarts()
      for row in boundary.open {
        let change = (boundary.nearest - batch.images)[row..<(row + 1)].floats()
        rays[row] = Ray(along: change, radius: boundary.distances[row])
      }
      for _ in 0..<(batch.starts == nil ? queries : queries - 1) {
        let rows = (boundary.open + boundary.unknown).sorted()
        if rows.isEmpty { break }
        var points: [Float] = []
        points.reserveCapacity(rows.count * size)
        for row in rows {
          rays[row].appendPoint(around: originals[(row * size)..<((row + 1) * size)], to: &points)
        }
        let reached = try boundary.ask(
          about: Tensor(points, shape: [rows.count] + shape), rows: rows)
        for (index, row) in rows.enumerated() { rays[row].note(reachesGoal: reached[index]) }
      }
    }
    return boundary.nearest
  }
}

/// The search of RayS for one picture: the best direction so far, and the block that is being tried.
private struct Ray {
  private var signs: [Float]
  /// The distance of the boundary in the best direction.
  private var radius = Double.infinity
  /// Blocks are 2^level; the first of all tries is the direction as it is, with no block.
  private var level = 0
  private var block: Range<Int>
  /// Where the boundary lies in the direction that is being tried, once that is known to be near.
  private var interval: Range<Double>?
  private let tolerance: Double

  init(dimension: Int) {
    signs = [Float](repeating: 1, count: dimension)
    block = 0..<0
    // A thousandth of the Euclidean length of a direction whose values are ±1.
    tolerance = 1e-3 / Double(dimension).squareRoot()
  }

  /// A search from a point that reaches the goal.
  ///
  /// - Parameters:
  ///   - change: from the picture to the point; its signs are the first direction.
  ///   - radius: how far the point is.
  init(along change: [Float], radius: Double) {
    self.init(dimension: change.count)
    signs = change.map { $0 < 0 ? -1 : 1 }
    self.radius = radius
  }

  /// The distance to ask about next; in [0, 1] the whole range is enough.
  private var length: Double {
    interval.map { ($0.lowerBound + $0.upperBound) / 2 } ?? min(radius, 1)
  }

  /// Appends the point to ask about next.
  func appendPoint(around original: ArraySlice<Float>, to points: inout [Float]) {
    let length = Float(length)
    let first = points.count
    for (value, sign) in zip(original, signs) {
      points.append(min(max(value + sign * length, 0), 1))
    }
    for index in block {
      let value = original[original.startIndex + index]
      points[first + index] = min(max(value - signs[index] * length, 0), 1)
    }
  }

  /// Takes note of the answer and decides what to ask about next.
  mutating func note(reachesGoal: Bool) {
    let length = length
    guard let interval else {
      if reachesGoal { self.interval = 0..<length } else { nextBlock() }
      return
    }
    let rest =
      reachesGoal ? interval.lowerBound..<length : length..<interval.upperBound
    if rest.upperBound - rest.lowerBound > tolerance {
      self.interval = rest
      return
    }
    if rest.upperBound < radius {
      radius = rest.upperBound
      for index in block { signs[index] = -signs[index] }
    }
    self.interval = nil
    nextBlock()
  }

  /// The next block of the level, or the first of the next level; single values come again and again.
  private mutating func nextBlock() {
    if block.upperBound == signs.count, blockSize > 1 { level += 1 }
    let start = block.upperBound % signs.count
    block = start..<min(start + blockSize, signs.count)
  }

  private var blockSize: Int { (signs.count + (1 << level) - 1) >> level }
}
