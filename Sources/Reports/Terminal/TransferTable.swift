public import Evaluation

/// A transfer matrix in plain text for a terminal or a log, without control codes.
///
/// Targets are columns with a number, which a list below explains.
public struct TransferTable: Hashable, Sendable {
  /// What was found.
  public var matrix: TransferMatrix
  /// Columns of the terminal.
  public var width: Int

  /// A table.
  public init(_ matrix: TransferMatrix, width: Int = 100) {
    self.matrix = matrix
    self.width = width
  }

  /// The table, what its columns are, the verdict and the findings; no line ends in a space.
  public var lines: [String] {
    let table = TextTable(
      headings: [.init(title: "made on")]
        + matrix.targets.indices.map { .init(title: "[\($0 + 1)]", alignment: .right) },
      rows: matrix.sources.indices.map { source in
        [.init(matrix.sources[source])]
          + matrix.targets.indices.map { .init(figure: matrix.words(from: source, on: $0)) }
      }, width: width)
    let key = matrix.targets.enumerated().map { index, target in
      "[\(index + 1)] \(target.name.safe), right without an attack: "
        + target.cleanAccuracy.value.asPercentage
    }
    let mark = [matrix.markExplanation].compactMap(\.self)
    return table.lines + mark + [""] + key + [""]
      + ([matrix.verdict, matrix.rateExplanation] + matrix.findings.map(\.text))
      .flatMap { $0.safe.wrapped(toColumns: width) }
  }
}

extension TransferTable: CustomStringConvertible {
  /// The lines, joined.
  public var description: String { lines.joined(separator: "\n") }
}
