public import Reproductions

/// Substitutes of a model in production, in plain text for a terminal or a log, without control codes.
public struct Papernot2017Table: Hashable, Sendable {
  /// What was found.
  public var results: Papernot2017Results
  /// Columns of the terminal.
  public var width: Int

  /// A table.
  public init(_ results: Papernot2017Results, width: Int = 100) {
    self.results = results
    self.width = width
  }

  /// Ways, attacks, the paper's figures, and remarks; no line ends in a space.
  public var lines: [String] {
    let tables = [
      table("substitute", Papernot2017Results.armHeadings, results.armRows),
      table("fooled", results.epsilonHeadings, results.attackRows),
      table("the paper", ["queries", "misclassified"], results.paperRows),
    ]
    let remarks = results.remarks.map { $0.safe.wrapped(toColumns: width) }
    return Array((tables + remarks).joined(separator: [""]))
  }

  private func table(
    _ title: String, _ headings: [String], _ rows: [(name: String, figures: [String])]
  ) -> [String] {
    TextTable(
      headings: [.init(title: title)] + headings.map { .init(title: $0, alignment: .right) },
      rows: rows.map { row in [.init(row.name)] + row.figures.map { .init(figure: $0) } },
      width: width
    ).lines
  }
}

extension Papernot2017Table: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
