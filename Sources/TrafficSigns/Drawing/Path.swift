/// A line drawn without lifting the pen, curves flattened to short pieces.
struct Path: Sendable {
  private(set) var points: [Point]

  init(_ x: Double, _ y: Double) {
    points = [Point(x, y)]
  }

  /// Continues straight to a point.
  func line(_ x: Double, _ y: Double) -> Path {
    var path = self
    path.points.append(Point(x, y))
    return path
  }

  /// Continues along a cubic Bézier curve.
  func curve(to end: Point, _ control1: Point, _ control2: Point) -> Path {
    var path = self
    let start = points[points.count - 1]
    let pieces = 6
    for piece in 1...pieces {
      let t = Double(piece) / Double(pieces)
      let u = 1 - t
      path.points.append(
        start * (u * u * u) + control1 * (3 * u * u * t) + control2 * (3 * u * t * t)
          + end * (t * t * t))
    }
    return path
  }

  /// Continues with a quarter of an ellipse that leaves level and arrives upright.
  func levelQuarter(_ x: Double, _ y: Double) -> Path {
    let (start, end) = (points[points.count - 1], Point(x, y))
    return curve(
      to: end, start + Point((x - start.x) * Path.roundness, 0),
      end - Point(0, (y - start.y) * Path.roundness))
  }

  /// Continues with a quarter of an ellipse that leaves upright and arrives level.
  func uprightQuarter(_ x: Double, _ y: Double) -> Path {
    let (start, end) = (points[points.count - 1], Point(x, y))
    return curve(
      to: end, start + Point(0, (y - start.y) * Path.roundness),
      end - Point((x - start.x) * Path.roundness, 0))
  }

  /// The path with every point passed through `change`.
  func mapped(_ change: (Point) -> Point) -> Path {
    var path = self
    path.points = points.map(change)
    return path
  }

  /// How far the controls of a Bézier quarter circle lie towards its corner.
  private static let roundness = 0.5523
}
