/// One paint of a sign's face; later layers cover earlier ones.
///
/// A face has its centre at the origin and a radius of about 1.
struct Layer: Sendable {
  let shape: Shape
  let colour: Colour

  init(_ colour: Colour, _ shape: Shape) {
    self.shape = shape
    self.colour = colour
  }
}

/// The blank signs that several faces share.
extension [Layer] {
  /// A white disc in a red ring.
  static let prohibition: [Layer] = [
    Layer(.signWhite, .disc(radius: 1)),
    Layer(.signRed, .disc(radius: 0.96)),
    Layer(.signWhite, .disc(radius: 0.74)),
  ]

  /// A blue disc with a white edge.
  static let order: [Layer] = [
    Layer(.signWhite, .disc(radius: 1)),
    Layer(.signBlue, .disc(radius: 0.95)),
  ]

  /// A white triangle in a red edge, its point up.
  static let warning: [Layer] = {
    let triangle = Shape.filled(Path(-0.95, 0.72).line(0, -0.92).line(0.95, 0.72))
    return [
      Layer(.signWhite, triangle.grown(by: 0.12)),
      Layer(.signRed, triangle.grown(by: 0.08)),
      Layer(.signWhite, triangle.inset(by: 0.12)),
    ]
  }()
}
