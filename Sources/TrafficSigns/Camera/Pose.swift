/// How the camera sees the plane of the sign: size, place, turn and perspective.
struct Pose: Sendable {
  /// Where the sign's centre is, in pixels.
  let centre: Point
  /// The sign's radius in pixels.
  let radius: Double
  /// The turn in the picture's plane.
  let roll: Rotation
  /// The sign's apparent width over its height.
  let foreshortening: Double
  /// How fast the sign's plane recedes to the right and downwards, per radius.
  let recession: Point

  /// A pose with the sign nearly filling a picture of `side` pixels, turned by at most 15°.
  static func random(side: Int, using random: inout SplitMix64) -> Pose {
    let half = Double(side) / 2
    let radius = half * random.uniform(0.66...0.92)
    let slack = (half - radius) * 0.7 + 1.5
    // tan 7.5°, so that the whole turn is 15°.
    let halfTangent = 0.1317
    return Pose(
      centre: Point(
        half + random.uniform(-slack...slack), half + random.uniform(-slack...slack)),
      radius: radius,
      roll: Rotation(halfTangent: halfTangent * random.bell().clamped(to: -2...2) / 2),
      foreshortening: 1 - 0.25 * random.unit() * random.unit(),
      recession: Point(random.uniform(-0.14...0.14), random.uniform(-0.08...0.08)))
  }

  /// The point of the sign's plane behind a pixel, where the sign has radius 1 about the origin,
  /// and the width of the pixel there.
  func signPoint(row: Int, column: Int) -> (point: Point, pixelSize: Double) {
    let offset = Point(Double(column) + 0.5, Double(row) + 0.5) - centre
    var point = roll.inverse(offset * (1 / radius))
    point.x /= foreshortening
    // Signs reach to about 1.5; nearer to the horizon nothing of interest is left.
    let depth = max(1 - recession.dot(point), 0.4)
    return (point * (1 / depth), 1 / (radius * depth * foreshortening.squareRoot()))
  }
}

extension Double {
  func clamped(to range: ClosedRange<Double>) -> Double {
    min(max(self, range.lowerBound), range.upperBound)
  }
}
