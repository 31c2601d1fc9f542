/// The black figures on the signs.
extension Shape {
  /// A car from behind.
  static func car(at centre: Point) -> Shape {
    func part(_ width: Double, _ height: Double, _ x: Double, _ y: Double) -> Shape {
      .rectangle(width: width, height: height, rounding: 0.03, at: centre + Point(x, y))
    }
    let roof = Shape.filled(
      Path(-0.24, -0.02).line(-0.16, -0.22).line(0.16, -0.22).line(0.24, -0.02)
        .mapped { $0 + centre })
    return .union([
      roof.subtracting(part(0.26, 0.1, 0, -0.1)), part(0.56, 0.24, 0, 0.08),
      part(0.13, 0.16, -0.19, 0.22), part(0.13, 0.16, 0.19, 0.22),
    ])
  }

  /// A person walking to the left.
  static let walker: Shape = .union([
    .disc(radius: 0.095, at: Point(0, -0.4)),
    .stroke(Path(0.01, -0.22).line(0.03, 0.06), width: 0.17),
    .stroke(Path(0, -0.24).line(-0.17, -0.1).line(-0.23, 0.02), width: 0.075),
    .stroke(Path(0.03, -0.24).line(0.18, -0.08).line(0.16, 0.06), width: 0.075),
    .stroke(Path(0, 0.08).line(-0.13, 0.26).line(-0.22, 0.46), width: 0.1),
    .stroke(Path(0.05, 0.08).line(0.12, 0.28).line(0.24, 0.45), width: 0.1),
  ])

  /// A person with a shovel before a heap.
  static let digger: Shape = .union([
    .disc(radius: 0.105, at: Point(0.02, -0.36)),
    .stroke(Path(0.06, -0.2).line(0.16, 0.1), width: 0.17),
    .stroke(Path(0.06, -0.2).line(-0.12, -0.02), width: 0.085),
    .stroke(Path(0.16, 0.1).line(0.02, 0.28).line(0.04, 0.52), width: 0.1),
    .stroke(Path(0.17, 0.1).line(0.26, 0.3).line(0.33, 0.52), width: 0.1),
    .stroke(Path(0.12, 0.1).line(-0.3, 0.32), width: 0.055),
    .filled(
      Path(-0.62, 0.56).line(-0.48, 0.34).line(-0.34, 0.26).line(-0.22, 0.36).line(-0.1, 0.56)),
  ])

  /// An arrow that comes from below and bends to the right.
  static let bentArrow: Shape = .union([
    .stroke(
      Path(-0.28, 0.52).line(-0.28, 0.08).uprightQuarter(-0.02, -0.18).line(0.2, -0.18), width: 0.24
    ),
    .filled(Path(0.16, -0.54).line(0.66, -0.18).line(0.16, 0.18)),
  ])

  /// Three arrows that follow each other anticlockwise.
  static let circlingArrows: Shape = {
    let ring = Shape.disc(radius: 0.64).subtracting(.disc(radius: 0.42))
    // From straight right, the arc runs upwards over 60°.
    let arc = ring.intersection(.halfPlane(against: Point(0, 1)))
      .intersection(.halfPlane(against: Point(-0.75.squareRoot(), -0.5)))
    // The head sits where the arc ends, 60° up, and points on along the circle.
    let end = Point(0.5, -0.75.squareRoot())
    let ahead = Point(-0.75.squareRoot(), -0.5)
    let (inner, outer, tip) = (end * 0.27, end * 0.79, end * 0.5 + ahead * 0.34)
    let head = Shape.filled(Path(inner.x, inner.y).line(outer.x, outer.y).line(tip.x, tip.y))
    let arrow = Shape.union([arc, head])
    return .union([
      arrow, arrow.turned(by: .third), arrow.turned(by: .third.inverse),
    ])
  }()
}
