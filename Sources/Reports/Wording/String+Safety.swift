import Foundation

extension String {
  /// The text without what could steer a terminal or slip past a template's escaping.
  ///
  /// Names come from strangers. Control characters, marks that turn the direction of writing and
  /// what no XML may hold become `�`. A combining mark on `<`, `>`, `&` or a quotation mark is dropped: escaping that
  /// goes by grapheme clusters would not see the sign below the mark.
  var safe: String {
    var text = ""
    for scalar in unicodeScalars {
      text.unicodeScalars.append(scalar.isSteering ? "\u{FFFD}" : scalar)
    }
    return String(
      text.flatMap { character -> [Character] in
        let markup = character.unicodeScalars.filter { "<>&\"'".unicodeScalars.contains($0) }
        return markup.isEmpty ? [character] : markup.map { Character($0) }
      })
  }

  /// The text in printable ASCII: without accents, a few signs spelled out, the rest as `?`.
  var spelledInASCII: String {
    decomposedStringWithCanonicalMapping.unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isASCII {
        text.unicodeScalars.append(scalar.isSteering ? "?" : scalar)
      } else if let spelling = Self.spellings[scalar] {
        text += spelling
      } else if !scalar.properties.generalCategory.isMark {
        text += "?"
      }
    }
  }

  private static let spellings: [Unicode.Scalar: String] = [
    "×": "x", "–": "-", "—": "-", "…": "...", "‘": "'", "’": "'", "“": "\"", "”": "\"",
    "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l",
    "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "→": "->", "\u{A0}": " ", "\u{202F}": " ",
  ]
}

extension Unicode.Scalar {
  /// Whether the scalar steers a terminal or the direction of writing, or is no character at all,
  /// rather than showing a sign.
  fileprivate var isSteering: Bool {
    switch properties.generalCategory {
    case _ where properties.isNoncharacterCodePoint: true
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
    default: false
    }
  }
}

extension Unicode.GeneralCategory {
  var isMark: Bool { self == .nonspacingMark || self == .spacingMark || self == .enclosingMark }
}
