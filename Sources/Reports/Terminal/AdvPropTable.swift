public import Reproductions

/// A comparison of AdvProp with other ways to train, in plain text for a terminal or a log.
public struct AdvPropTable: Hashable, Sendable {
  /// What was found.
  public var results: AdvPropResults
  /// Columns of the terminal.
  public var width: Int

  /// A table.
  public init(_ results: AdvPropResults, width: Int = 100) {
    self.results = results
    self.width = width
  }

  /// Accuracies, differences from vanilla training beside the paper's, and auxiliary statistics; no
  /// line ends in a space.
  public var lines: [String] {
    let arms = results.arms
    let accuracies = table(
      "main branch", AdvPropResults.headings, arms.map { ($0.arm, $0.accuracies.words) })
    let gains = table(
      "minus vanilla", AdvPropResults.headings,
      arms.compactMap { arm in arm.gains.map { (arm.arm, $0.differenceWords) } })
    let paper = TextTable(
      headings: [.init(title: "the paper"), .init(title: "")],
      rows: AdvPropArm.allCases.map { [.init($0.rawValue), .init(AdvPropPaper.finding(of: $0))] },
      width: width
    ).lines
    let auxiliary = TextTable(
      headings: [.init(title: "auxiliary branch")]
        + AdvPropResults.auxiliaryHeadings.map { .init(title: $0, alignment: .right) },
      rows: results.auxiliaryRows.map { row in
        [.init(row[0])] + row.dropFirst().map { .init(figure: $0) }
      }, width: width
    ).lines
    let parts = [accuracies, gains, paper, auxiliary, results.caveats.flatMap(wrapped)]
    return Array(parts.joined(separator: [""]))
  }

  private func table(
    _ title: String, _ headings: [String], _ rows: [(arm: AdvPropArm, figures: [String])]
  ) -> [String] {
    TextTable(
      headings: [.init(title: title)] + headings.map { .init(title: $0, alignment: .right) },
      rows: rows.map { row in
        [.init(row.arm.rawValue)] + row.figures.map { .init(figure: $0) }
      }, width: width
    ).lines
  }

  private func wrapped(_ sentence: String) -> [String] { sentence.wrapped(toColumns: width) }
}

extension AdvPropTable: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
