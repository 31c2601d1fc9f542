public import Evaluation
import ThreatModels

extension DefenseComparison {
  /// The comparison in Markdown, short enough for a comment on a pull request.
  public var markdown: String {
    let table = MarkdownTable(
      headings: ["Budget"] + Self.views.map(\.name) + ["both attacks", "masking"],
      rows: budgets.map { budget in
        [budget.threat.words] + Self.views.map { $0.share(budget).words }
          + [budget.worst.words, budget.maskingWords]
      } + [
        [
          "no attack", undefendedCleanAccuracy.words, defendedCleanAccuracy.words,
          defendedCleanAccuracy.words, defendedCleanAccuracy.words, "–",
        ]
      ])
    let parts =
      [
        progressWarning.map { "**\($0.escapedForMarkdown)**" },
        "## Defence of \(model.lastPathComponent.escapedForMarkdown)", verdict.escapedForMarkdown,
        table.lines.joined(separator: "\n"),
      ].compactMap(\.self) + findings.map(\.markdown)
    return parts.joined(separator: "\n\n") + "\n"
  }
}
