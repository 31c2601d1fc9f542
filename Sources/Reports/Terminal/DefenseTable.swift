public import Evaluation
import ThreatModels

/// What a defence is worth in plain text for a terminal or a log, without control codes.
public struct DefenseTable: Hashable, Sendable {
  /// What was found.
  public var comparison: DefenseComparison
  /// Columns of the terminal.
  public var width: Int

  /// A table.
  public init(_ comparison: DefenseComparison, width: Int = 100) {
    self.comparison = comparison
    self.width = width
  }

  /// Robust accuracies under each budget, the findings and the verdict; no line ends in a space.
  public var lines: [String] {
    let table = TextTable(
      headings: [.init(title: "robust accuracy")]
        + ["undefended", "naive", "adaptive", "both"].map {
          .init(title: $0, alignment: .right)
        } + [.init(title: "masking")],
      rows: comparison.budgets.map { budget in
        [.init(budget.threat.words)]
          + [budget.undefended, budget.naive, budget.adaptive, budget.worst].map {
            .init(figure: $0.value.asPercentage)
          } + [.init(budget.maskingWords)]
      } + [
        [
          .init("no attack"), .init(figure: comparison.undefendedCleanAccuracy.value.asPercentage),
        ]
          + [TextTable.Cell](
            repeating: .init(figure: comparison.defendedCleanAccuracy.value.asPercentage), count: 3)
          + [.init("–")]
      ], width: width)
    let texts =
      [comparison.progressWarning].compactMap(\.self) + comparison.findings.map(\.text)
      + [comparison.verdict]
    return table.lines + [""] + texts.flatMap { $0.safe.wrapped(toColumns: width) }
  }
}

extension DefenseTable: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
