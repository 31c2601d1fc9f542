/// A place or a direction in the plane; x grows to the right and y downwards.
struct Point: Hashable, Sendable {
  var x: Double
  var y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
  static func - (a: Point, b: Point) -> Point { Point(a.x - b.x, a.y - b.y) }
  static func * (a: Point, factor: Double) -> Point { Point(a.x * factor, a.y * factor) }

  func dot(_ other: Point) -> Double { x * other.x + y * other.y }

  var length: Double { dot(self).squareRoot() }

  /// The distance to the nearest point between `a` and `b`.
  func distance(toSegmentFrom a: Point, to b: Point) -> Double {
    let along = b - a
    let span = along.dot(along)
    guard span > 0 else { return (self - a).length }
    let fraction = min(max((self - a).dot(along) / span, 0), 1)
    return (self - a - along * fraction).length
  }
}
