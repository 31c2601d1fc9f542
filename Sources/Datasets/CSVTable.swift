/// A table in CSV (RFC 4180): commas between fields, quotes around those that hold commas, quotes or
/// line breaks, a quote doubled within them.
struct CSVTable {
  /// One row.
  struct Row {
    /// The line in which it starts, from 1.
    var line: Int
    /// As many fields as there are columns.
    var fields: [String]
  }

  /// The names of the columns: the fields of the first row, without spaces around them.
  let columns: [String]
  /// All other rows; blank lines are left out.
  let rows: [Row]

  private let path: String

  /// Reads a file in UTF-8.
  ///
  /// - Throws: ``DatasetError`` that names the line.
  init(contentsOf path: String) throws(DatasetError) {
    var parser = CSVParser(text: try DatasetError.text(ofFileAt: path))
    do throws(CSVParser.Fault) {
      var rows = try parser.rows()
      guard !rows.isEmpty else { throw CSVParser.Fault(line: 1, clause: "has no columns") }
      columns = rows.removeFirst().fields.map { $0.trimmingSpaces }
      for row in rows where row.fields.count != columns.count {
        throw CSVParser.Fault(
          line: row.line, clause: "has \(row.fields.count) fields in place of \(columns.count)")
      }
      self.rows = rows
    } catch {
      throw DatasetError(.malformed("\(error.clause) in line \(error.line)"), path: path)
    }
    self.path = path
  }

  /// The number of a column.
  func column(_ name: String) throws(DatasetError) -> Int {
    guard let index = columns.firstIndex(of: name) else {
      throw DatasetError(
        .malformed("has no column “\(name)” in line 1; its first line names the columns"),
        path: path)
    }
    return index
  }
}
