/// A table in plain text whose columns fit into a terminal.
///
/// Names that do not fit are shortened, longest first; endings and figures never are.
struct TextTable {
  /// The title of a column.
  struct Heading {
    let title: String
    var alignment = ColumnAlignment.left
  }

  /// A cell: a name that may be shortened, and an ending that may not.
  struct Cell {
    let name: String
    let ending: String

    init(_ name: String, ending: String = "") {
      self.name = name.safe
      self.ending = ending
    }

    init(figure: String) { self.init("", ending: figure) }

    var columns: Int { name.columns + ending.columns }

    func text(inColumns limit: Int) -> String {
      name.shortened(toColumns: limit - ending.columns) + ending
    }
  }

  let headings: [Heading]
  let rows: [[Cell]]
  /// Columns of the terminal.
  let width: Int

  /// The lines of the table, headings first; no line ends in a space.
  var lines: [String] {
    let columns = headings.indices.map { index in
      Column(heading: headings[index], cells: rows.map { $0[index] })
    }
    let widths = Self.fitted(columns, into: width - Self.gap.count * (columns.count - 1))
    return ([headings.map { Cell($0.title) }] + rows).map { line($0, widths) }
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

  private func line(_ cells: [Cell], _ widths: [Int]) -> String {
    var line = zip(cells.indices, cells).map { index, cell in
      cell.text(inColumns: widths[index])
        .padded(to: widths[index], alignment: headings[index].alignment)
    }.joined(separator: Self.gap)
    while line.last == " " { line.removeLast() }
    return line
  }
}
