extension String {
  /// The text as Markdown that shows it as it is, also in a cell of a table.
  ///
  /// Names come from strangers: signs of Markdown and HTML are escaped, and `@` and `#` are kept
  /// from becoming a mention of somebody or of an issue, addresses from becoming links.
  var escapedForMarkdown: String {
    safe.reduce(into: "") { text, character in
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "@", "#": text += "\(character)<!-- -->"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "!", "$": text += "\\\(character)"
      default: text.append(character)
      }
    }
    .replacing("://", with: "\\://").replacing("www.", with: "www\\.")
  }
}
