public import Evaluation

/// Records as a plain-text table for a terminal or a log, without control codes.
///
/// ```
/// picture    label  before          after                     ‖η‖∞ px    L2  result
/// 0007-stop  stop   stop (99.8 %)   speed limit 80 (97.1 %)         8  1.24  fooled
/// ```
///
/// Names that do not fit are shortened, longest first; numbers and results never are.
public struct ResultsTable: Hashable, Sendable {
  /// One row each, in this order.
  public var records: [SampleRecord]
  /// Columns of the terminal.
  ///
  /// Lines are no longer than this where it is 80 or more.
  public var width: Int

  /// A table.
  public init(_ records: [SampleRecord], width: Int = 100) {
    self.records = records
    self.width = width
  }

  /// The lines of the table, headings first; no line ends in a space.
  public var lines: [String] {
    let rows = records.map(Self.row)
    let columns = Self.headings.indices.map { index in
      Column(heading: Self.headings[index], cells: rows.map { $0[index] })
    }
    let widths = Self.fitted(columns, into: width - Self.gap.count * (columns.count - 1))
    let header = Self.headings.map { Cell($0.title) }
    return ([header] + rows).map { Self.line($0, widths) }
  }

  /// The counts of the records and the robust accuracy, one a line.
  public var summaryLines: [String] { Counts(of: records.map(\.outcome)).summaryLines }
}

extension ResultsTable: CustomStringConvertible {
  /// The table and, after an empty line, the summary.
  public var description: String { (lines + [""] + summaryLines).joined(separator: "\n") }
}

extension ResultsTable {
  private struct Heading {
    let title: String
    var alignment = ColumnAlignment.left
  }

  /// A cell: a name that may be shortened, and an ending that may not.
  private struct Cell {
    let name: String
    let ending: String

    init(_ name: String, ending: String = "") {
      self.name = name.safe
      self.ending = ending
    }

    init(figure: String) { self.init("", ending: figure) }

    init(_ prediction: Prediction?) {
      self.init(
        prediction?.className ?? "–",
        ending: prediction.map { " (\($0.confidence.asPercentage))" } ?? "")
    }

    var columns: Int { name.columns + ending.columns }

    func text(inColumns limit: Int) -> String {
      name.shortened(toColumns: limit - ending.columns) + ending
    }
  }

  private struct Column {
    let natural: Int
    let least: Int
    /// What the endings take: the rest of a column is for names.
    let ending: Int

    init(heading: Heading, cells: [Cell]) {
      let title = heading.title.columns
      natural = cells.reduce(title) { max($0, $1.columns) }
      least = cells.reduce(title) { max($0, min($1.name.columns, 4) + $1.ending.columns) }
      ending = cells.reduce(0) { max($0, $1.ending.columns) }
    }
  }

  private static let gap = "  "

  private static let headings = [
    Heading(title: "picture"), Heading(title: "label"), Heading(title: "before"),
    Heading(title: "after"), Heading(title: "‖η‖∞ px", alignment: .right),
    Heading(title: "L2", alignment: .right), Heading(title: "result"),
  ]

  private static func row(_ record: SampleRecord) -> [Cell] {
    [
      Cell(record.name), Cell(record.labelName), Cell(record.clean), Cell(record.adversarial),
      Cell(figure: record.distances?.maximumInPixels.shortText ?? "–"),
      Cell(figure: record.distances?.l2.twoDecimals ?? "–"),
      Cell(figure: record.outcome.word),
    ]
  }

  /// Widths that fit into the room: the column with most room for names gives way first, none
  /// below its least.
  private static func fitted(_ columns: [Column], into room: Int) -> [Int] {
    var widths = columns.map(\.natural)
    while widths.reduce(0, +) > room {
      let shrinkable = widths.indices.filter { widths[$0] > columns[$0].least }
      let roomiest = shrinkable.max {
        widths[$0] - columns[$0].ending < widths[$1] - columns[$1].ending
      }
      guard let roomiest else { break }
      widths[roomiest] -= 1
    }
    return widths
  }

  private static func line(_ cells: [Cell], _ widths: [Int]) -> String {
    var line = zip(cells.indices, cells).map { index, cell in
      cell.text(inColumns: widths[index])
        .padded(to: widths[index], alignment: headings[index].alignment)
    }.joined(separator: gap)
    while line.last == " " { line.removeLast() }
    return line
  }
}
