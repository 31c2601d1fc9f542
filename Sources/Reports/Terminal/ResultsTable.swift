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
    TextTable(headings: Self.headings, rows: records.map(Self.row), width: width).lines
  }

  /// The counts of the records and the robust accuracy, one a line.
  public var summaryLines: [String] { Counts(of: records.map(\.outcome)).summaryLines }
}

extension ResultsTable: CustomStringConvertible {
  /// The table and, after an empty line, the summary.
  public var description: String { (lines + [""] + summaryLines).joined(separator: "\n") }
}

extension ResultsTable {
  private static let headings: [TextTable.Heading] = [
    .init(title: "picture"), .init(title: "label"), .init(title: "before"), .init(title: "after"),
    .init(title: "‖η‖∞ px", alignment: .right), .init(title: "L2", alignment: .right),
    .init(title: "result"),
  ]

  private static func row(_ record: SampleRecord) -> [TextTable.Cell] {
    [
      .init(record.name), .init(record.labelName), cell(record.clean), cell(record.adversarial),
      .init(figure: record.distances?.maximumInPixels.shortText ?? "–"),
      .init(figure: record.distances?.l2.twoDecimals ?? "–"), .init(figure: record.outcome.word),
    ]
  }

  private static func cell(_ prediction: Prediction?) -> TextTable.Cell {
    .init(
      prediction?.className ?? "–",
      ending: prediction.map { " (\($0.confidence.asPercentage))" } ?? "")
  }
}
