/// A table in Markdown: cells that are escaped, the first column at the left, the others at the
/// right.
struct MarkdownTable {
  let headings: [String]
  let rows: [[String]]

  var lines: [String] {
    let marks = headings.indices.map { $0 == 0 ? ":--" : "--:" }
    return [Self.line(headings.map(\.escapedForMarkdown)), Self.line(marks)]
      + rows.map { Self.line($0.map(\.escapedForMarkdown)) }
  }

  private static func line(_ cells: [String]) -> String {
    "| \(cells.joined(separator: " | ")) |"
  }
}
