/// A letter or digit as pen strokes of height 1, from the top downwards, after the road alphabets.
struct Glyph: Sendable {
  let width: Double
  let strokes: [Path]

  private init(width: Double, _ strokes: Path...) {
    self.width = width
    self.strokes = strokes
  }

  /// The glyphs that the signs need.
  static let all: [Character: Glyph] = [
    "0": oval,
    "1": Glyph(width: 0.24, Path(0, 0.2).line(0.24, 0).line(0.24, 1)),
    "3": Glyph(
      width: 0.5,
      Path(0.01, 0.22).uprightQuarter(0.25, 0).levelQuarter(0.48, 0.24).uprightQuarter(0.2, 0.47),
      Path(0.2, 0.47).line(0.24, 0.47).levelQuarter(0.5, 0.735).uprightQuarter(0.25, 1)
        .levelQuarter(0, 0.77)),
    "5": Glyph(
      width: 0.5,
      Path(0.46, 0).line(0.07, 0).line(0.03, 0.46)
        .curve(to: Point(0.26, 0.37), Point(0.09, 0.4), Point(0.17, 0.37))
        .levelQuarter(0.5, 0.68).uprightQuarter(0.24, 1).levelQuarter(0, 0.79)),
    "8": Glyph(
      width: 0.52,
      Path(0.26, 0).levelQuarter(0.48, 0.24).uprightQuarter(0.26, 0.47).levelQuarter(0.04, 0.24)
        .uprightQuarter(0.26, 0),
      Path(0.26, 0.47).levelQuarter(0.52, 0.735).uprightQuarter(0.26, 1).levelQuarter(0, 0.735)
        .uprightQuarter(0.26, 0.47)),
    "O": oval,
    "P": Glyph(
      width: 0.48,
      Path(0, 1).line(0, 0).line(0.22, 0).levelQuarter(0.48, 0.28).uprightQuarter(0.22, 0.56)
        .line(0, 0.56)),
    "S": Glyph(
      width: 0.5,
      Path(0.48, 0.23).uprightQuarter(0.25, 0).levelQuarter(0.01, 0.25)
        .curve(to: Point(0.25, 0.49), Point(0.01, 0.42), Point(0.12, 0.45))
        .curve(to: Point(0.5, 0.75), Point(0.4, 0.54), Point(0.5, 0.6))
        .uprightQuarter(0.25, 1).levelQuarter(0, 0.77)),
    "T": Glyph(width: 0.5, Path(0, 0).line(0.5, 0), Path(0.25, 0).line(0.25, 1)),
  ]

  private static let oval = Glyph(
    width: 0.5,
    Path(0, 0.27).uprightQuarter(0.25, 0).levelQuarter(0.5, 0.27).line(0.5, 0.73)
      .uprightQuarter(0.25, 1).levelQuarter(0, 0.73).line(0, 0.27))
}

extension Shape {
  /// A word centred on the origin.
  ///
  /// - Parameters:
  ///   - text: Characters of ``Glyph/all``.
  ///   - height: From the top edge to the bottom edge.
  ///   - width: From the left edge to the right edge.
  ///   - weight: The width of the pen.
  ///   - gap: The clear space between two characters.
  static func lettering(
    _ text: String, height: Double, width: Double, weight: Double, gap: Double
  ) -> Shape {
    let glyphs = text.map { character in
      guard let glyph = Glyph.all[character] else {
        preconditionFailure("no glyph for \(character)")
      }
      return glyph
    }
    let spaces = Double(glyphs.count) * weight + Double(glyphs.count - 1) * gap
    let stretch = (width - spaces) / glyphs.reduce(0) { $0 + $1.width }
    let tall = height - weight
    var left = -width / 2 + weight / 2
    var strokes: [Shape] = []
    for glyph in glyphs {
      let origin = Point(left, -tall / 2)
      strokes += glyph.strokes.map { path in
        .stroke(path.mapped { origin + Point($0.x * stretch, $0.y * tall) }, width: weight)
      }
      left += glyph.width * stretch + weight + gap
    }
    return .union(strokes)
  }
}
