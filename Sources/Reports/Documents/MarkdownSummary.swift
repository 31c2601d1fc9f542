public import Evaluation
import ThreatModels

/// An evaluation in Markdown, short enough for a comment on a pull request.
public struct MarkdownSummary: Hashable, Sendable {
  /// What was found.
  public var results: EvaluationResults
  /// Whether that was enough; nothing if nobody demanded anything.
  public var gate: GateVerdict?

  /// A summary.
  public init(_ results: EvaluationResults, gate: GateVerdict? = nil) {
    self.results = results
    self.gate = gate
  }

  /// The summary, in the flavour of GitHub and GitLab.
  public var markdown: String {
    let title = "## Robustness of \(results.setup.modelName.escapedForMarkdown)"
    let warning = results.progressWarning.map { "**\($0.escapedForMarkdown)**" }
    let verdict = results.verdict.escapedForMarkdown
    let parts =
      [warning, title, gateParagraph, verdict, worstCases]
      .compactMap(\.self) + results.sortedFindings.map(\.markdown) + [attacks].compactMap(\.self)
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var gateParagraph: String? {
    gate.map { gate in
      (["**\(gate.word).**"] + gate.checks.map { "- \($0.sentence.escapedForMarkdown)" })
        .joined(separator: "\n")
    }
  }

  private var worstCases: String? {
    guard !results.worstCases.isEmpty else { return nil }
    let table = MarkdownTable(
      headings: ["Worst case", "Robust accuracy", "95 % interval", "Fooled", "Invalid"],
      rows: results.worstCases.map { worst in
        [
          worst.threat.words, worst.robustAccuracy.value.asPercentage,
          worst.robustAccuracy.intervalWords,
          "\(worst.counts.newlyWrong.grouped) of \(worst.counts.attacked.grouped)",
          worst.counts.invalid.grouped,
        ]
      } + [
        [
          "no attack", results.cleanAccuracy.value.asPercentage,
          results.cleanAccuracy.intervalWords, "–", "–",
        ]
      ])
    return table.lines.joined(separator: "\n")
  }

  private var attacks: String? {
    guard !results.attacks.isEmpty else { return nil }
    let table = MarkdownTable(
      headings: [
        "Attack", "Budget", "Robust accuracy", "95 % interval", "Fooled", "Error rate",
        "Largest perturbation", "Time",
      ],
      rows: results.attacks.map { result in
        [
          result.fullName, result.threat.words, result.robustAccuracy.value.asPercentage,
          result.robustAccuracy.intervalWords, result.fooledWords, result.errorRate.asPercentage,
          result.perturbationWords.maximum, result.seconds.asDuration,
        ]
      })
    return """
      <details><summary>Each attack</summary>

      \(table.lines.joined(separator: "\n"))

      </details>
      """
  }
}
