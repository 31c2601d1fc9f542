public import Reproductions

extension Goodfellow2015Results {
  /// The table of the paper with ours beside it, every network, and what we did otherwise.
  public var markdown: String {
    let comparison = MarkdownTable(headings: Self.headings, rows: cells)
    let networks = MarkdownTable(
      headings: ["Network", "parameters", "best epoch", "of", "training"],
      rows: nets.map { net in
        [
          net.net.rawValue, net.parameterCount.grouped, "\(net.bestEpoch)",
          "\(net.net.epochs(in: plan))", net.trainingSeconds.asDuration,
        ]
      })
    let parts =
      ["# Explaining and harnessing adversarial examples, repeated"]
      + [comparison, networks].map { $0.lines.joined(separator: "\n") }
      + [
        remarks.map { "- \($0.escapedForMarkdown)" }.joined(separator: "\n"),
        "Goodfellow, Shlens and Szegedy 2015, “Explaining and harnessing adversarial examples”.",
      ]
    return parts.joined(separator: "\n\n") + "\n"
  }
}
