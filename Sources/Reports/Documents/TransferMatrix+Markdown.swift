public import Evaluation

extension TransferMatrix {
  /// The matrix in Markdown: the verdict, a table and the findings.
  public var markdown: String {
    let table = MarkdownTable(
      headings: ["Made on"] + targets.map(\.name),
      rows: sources.indices.map { source in
        [sources[source]] + targets.indices.map { words(from: source, on: $0) }
      } + [["right without an attack"] + targets.map(\.cleanAccuracy.value.asPercentage)])
    let parts = [verdict.escapedForMarkdown, table.lines.joined(separator: "\n")]
    return
      (parts + [rateExplanation] + [markExplanation?.escapedForMarkdown].compactMap(\.self)
      + findings.map(\.markdown))
      .joined(separator: "\n\n") + "\n"
  }
}
