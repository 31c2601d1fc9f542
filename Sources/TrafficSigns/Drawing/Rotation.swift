/// A turn about the origin; positive turns are clockwise on the screen.
///
/// The sine and cosine come from rational formulas or constants: the mathematics library differs
/// between platforms in its last digit, and the pictures must not.
struct Rotation: Sendable {
  let cosine: Double
  let sine: Double

  /// The turn by the angle whose half has the tangent `halfTangent`.
  init(halfTangent t: Double) {
    cosine = (1 - t * t) / (1 + t * t)
    sine = 2 * t / (1 + t * t)
  }

  private init(cosine: Double, sine: Double) {
    self.cosine = cosine
    self.sine = sine
  }

  static let third = Rotation(cosine: -0.5, sine: 0.75.squareRoot())
  static let eighth = Rotation(cosine: 0.5.squareRoot(), sine: 0.5.squareRoot())

  var inverse: Rotation { Rotation(cosine: cosine, sine: -sine) }

  func callAsFunction(_ point: Point) -> Point {
    Point(cosine * point.x - sine * point.y, sine * point.x + cosine * point.y)
  }
}
