public import Evaluation

/// Certified accuracies in plain text for a terminal or a log, without control codes.
public struct CertificateTable: Hashable, Sendable {
  /// What was found.
  public var results: CertificationResults
  /// Columns of the terminal.
  public var width: Int

  /// A table.
  public init(_ results: CertificationResults, width: Int = 100) {
    self.results = results
    self.width = width
  }

  /// Certified accuracies, what was not certified, and the verdict; no line ends in a space.
  public var lines: [String] {
    func row(_ name: String, _ share: Proportion) -> [TextTable.Cell] {
      [
        .init(name), .init(figure: share.value.asPercentage), .init(figure: share.intervalWords),
        .init(figure: "\(share.count) of \(share.total)"),
      ]
    }
    let table = TextTable(
      headings: [
        .init(title: "certified within"), .init(title: "accuracy", alignment: .right),
        .init(title: "95 % interval", alignment: .right),
        .init(title: "pictures", alignment: .right),
      ],
      rows: results.certifiedAccuracies.map { row("L2 \($0.radius.radiusText)", $0.accuracy) }
        + [row("another class", results.wrong), row("abstained", results.abstained)],
      width: width)
    return table.lines + [""]
      + [results.progressWarning, results.verdict].compactMap(\.self)
      .flatMap { $0.safe.wrapped(toColumns: width) }
  }
}

extension CertificateTable: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
