public import Reproductions

/// The figures of “Explaining and harnessing adversarial examples” with ours beside them, for a terminal.
public struct Goodfellow2015Table: Hashable, Sendable {
  /// What was found.
  public var results: Goodfellow2015Results
  /// Columns of the terminal.
  public var width: Int

  /// A table.
  public init(_ results: Goodfellow2015Results, width: Int = 100) {
    self.results = results
    self.width = width
  }

  /// The table, then how we did it otherwise than the paper; no line ends in a space.
  public var lines: [String] {
    let headings = Goodfellow2015Results.headings
    let table = TextTable(
      headings: [.init(title: headings[0]), .init(title: headings[1])]
        + headings.dropFirst(2).map { .init(title: $0, alignment: .right) },
      rows: results.cells.map { row in
        [.init(row[0]), .init(row[1])] + row.dropFirst(2).map { .init(figure: $0) }
      }, width: width
    ).lines
    return table + [""] + results.remarks.flatMap { "• \($0)".wrapped(toColumns: width) }
  }
}

extension Goodfellow2015Table: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
