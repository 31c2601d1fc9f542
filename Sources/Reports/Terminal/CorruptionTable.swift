import Corruptions
public import Evaluation

/// The accuracy under each corruption and severity in plain text for a terminal or a log.
public struct CorruptionTable: Hashable, Sendable {
  /// What was found.
  public var results: CorruptionResults
  /// Columns of the terminal.
  public var width: Int

  /// A table.
  public init(_ results: CorruptionResults, width: Int = 100) {
    self.results = results
    self.width = width
  }

  /// The table, and below it the accuracy without and with corruptions; no line ends in a space.
  public var lines: [String] {
    let table = TextTable(
      headings: [.init(title: "corruption"), .init(title: "family")]
        + Corruption.severities.map { .init(title: "\($0)", alignment: .right) }
        + [.init(title: "mean", alignment: .right)],
      rows: results.rows.map { row in
        [.init(row.corruption.rawValue), .init(row.corruption.family.rawValue)]
          + row.accuracies.map { .init(figure: $0.value.asPercentage) }
          + [.init(figure: row.mean.asPercentages)]
      }, width: width)
    return table.lines + [
      "",
      "pictures               \(results.clean.total.grouped)",
      "without corruption     \(results.clean.words)",
      "mean over corruptions  \(results.mean.asPercentages)",
    ]
  }
}

extension CorruptionTable: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
