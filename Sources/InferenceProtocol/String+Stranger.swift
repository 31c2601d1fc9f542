extension String {
  /// The text as it may be printed, since a stranger may have written it: one sign for each control character,
  /// which could drive a terminal or break a line, and not endlessly long.
  ///
  /// - Parameter longest: how many characters are left of it.
  package func cleaned(upTo longest: Int) -> String {
    let characters = unicodeScalars.prefix(longest).map { scalar -> Character in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "\u{FFFD}"
      default: Character(scalar)
      }
    }
    return String(characters) + (unicodeScalars.count > longest ? "…" : "")
  }

  /// A stranger's word, short enough for a sentence.
  package var quoted: String { "“\(cleaned(upTo: 100))”" }
}
