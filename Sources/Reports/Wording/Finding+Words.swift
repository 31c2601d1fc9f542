import Evaluation

extension Finding {
  /// What it is, what was seen and what to do, for a terminal.
  var text: String {
    "\(severity.word): \(kind.title.lowercased()). \(observation) \(advice)"
  }

  /// The same in Markdown.
  var markdown: String {
    "**\(severity.word): \(kind.title.lowercased()).** "
      + "\(observation) \(advice)".escapedForMarkdown
  }
}
