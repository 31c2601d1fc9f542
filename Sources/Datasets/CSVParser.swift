/// Splits a text in CSV into rows and fields.
struct CSVParser {
  /// A place where the text breaks the rules.
  struct Fault: Error {
    /// The line, from 1.
    var line: Int
    /// What is wrong.
    var clause: String
  }

  private var rest: Substring
  private var line = 1

  init(text: String) {
    rest = text[...]
  }

  /// All rows that are not blank.
  mutating func rows() throws(Fault) -> [CSVTable.Row] {
    var rows: [CSVTable.Row] = []
    while !rest.isEmpty {
      let row = CSVTable.Row(line: line, fields: try fields())
      if row.fields != [""] { rows.append(row) }
    }
    return rows
  }

  /// The fields up to the end of the row, which is consumed.
  private mutating func fields() throws(Fault) -> [String] {
    var fields: [String] = []
    while true {
      fields.append(rest.first == "\"" ? try quotedField() : plainField())
      guard let separator = rest.popFirst() else { return fields }
      if separator.isNewline {
        line += 1
        return fields
      }
      guard separator == "," else {
        throw Fault(line: line, clause: "has text after a closing quote")
      }
    }
  }

  private mutating func plainField() -> String {
    let field = rest.prefix { $0 != "," && !$0.isNewline }
    rest = rest[field.endIndex...]
    return String(field)
  }

  private mutating func quotedField() throws(Fault) -> String {
    let start = line
    var field = ""
    rest.removeFirst()
    while let character = rest.popFirst() {
      if character.isNewline { line += 1 }
      if character == "\"" {
        guard rest.first == "\"" else { return field }
        rest.removeFirst()
      }
      field.append(character)
    }
    throw Fault(line: start, clause: "opens a quote that is never closed")
  }
}
