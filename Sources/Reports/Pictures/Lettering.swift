public import Imaging

/// How text is drawn into a picture: dot letters of one size and colour.
///
/// The letters are printable ASCII. Accents are dropped (`é` becomes `e`), a few signs are spelled
/// with ASCII, and what is left becomes `?`.
public struct Lettering: Hashable, Sendable {
  /// Pixels per dot of a letter; a capital is `7 × scale` pixels high.
  public var scale: Int
  /// The colour of the letters.
  public var colour: Colour

  /// Letters of a size and a colour.
  ///
  /// - Precondition: `scale` is positive.
  public init(scale: Int, colour: Colour = .ink) {
    precondition(scale > 0, "letters have a positive size, not \(scale)")
    self.scale = scale
    self.colour = colour
  }

  /// Pixels from the top of a capital to the bottom of a descender.
  public var height: Int { BitmapFont.height * scale }

  /// Pixels from the top of a capital to the line that it stands on.
  public var capitalHeight: Int { BitmapFont.capitalHeight * scale }

  /// How wide a text is drawn, in pixels.
  public func width(of text: String) -> Int {
    let glyphs = Self.glyphs(of: text)
    let dots = glyphs.reduce(0) { $0 + $1.width + BitmapFont.letterSpacing }
    return max(0, dots - BitmapFont.letterSpacing) * scale
  }

  /// The text itself if it fits into a width in pixels, or else its start with `..` at the end.
  public func shortened(_ text: String, toWidth limit: Int) -> String {
    if width(of: text) <= limit { return text }
    var start = text
    while !start.isEmpty {
      start.removeLast()
      while start.last == " " { start.removeLast() }
      if width(of: start + "..") <= limit { return start + ".." }
    }
    return ""
  }

  static func glyphs(of text: String) -> [BitmapFont.Glyph] {
    text.spelledInASCII.compactMap(BitmapFont.glyph)
  }
}

extension Picture {
  /// Draws a line of text; what lies outside the picture is left out.
  ///
  /// - Parameters:
  ///   - text: The text, on one line.
  ///   - column: The left edge of the first letter.
  ///   - row: The top of a capital.
  ///   - lettering: Size and colour.
  public mutating func write(
    _ text: String, column: Int, row: Int, lettering: Lettering
  ) {
    let scale = lettering.scale
    var left = column
    for glyph in Lettering.glyphs(of: text) {
      for dotRow in 0..<BitmapFont.height {
        for dotColumn in 0..<glyph.width where glyph.isInked(column: dotColumn, row: dotRow) {
          fill(
            columns: left + dotColumn * scale..<left + (dotColumn + 1) * scale,
            rows: row + dotRow * scale..<row + (dotRow + 1) * scale, with: lettering.colour)
        }
      }
      left += (glyph.width + BitmapFont.letterSpacing) * scale
    }
  }
}
