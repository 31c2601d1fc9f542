extension String {
  /// The text made safe, with percent signs kept on the line of their numbers.
  var typeset: String { safe.replacing(" %", with: "\u{A0}%") }
}
