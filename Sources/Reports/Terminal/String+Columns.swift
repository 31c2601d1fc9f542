/// At which end of its column a text stands.
enum ColumnAlignment {
  case left, right
}

extension String {
  /// How many columns of a terminal the text takes: two for the wide signs of East Asia and emoji.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// The text filled with spaces to a number of columns; longer texts stay as they are.
  func padded(to columns: Int, alignment: ColumnAlignment = .left) -> String {
    let space = String(repeating: " ", count: max(0, columns - self.columns))
    return alignment == .left ? self + space : space + self
  }

  /// The text itself if it fits, or else its start with `..` at the end.
  func shortened(toColumns limit: Int) -> String {
    if columns <= limit { return self }
    if limit < 3 { return String(repeating: ".", count: max(0, limit)) }
    var start = ""
    for character in self {
      if start.columns + character.columns > limit - 2 { break }
      start.append(character)
    }
    while start.last == " " { start.removeLast() }
    return start + ".."
  }

  /// The text in lines of so many columns, broken at spaces; a longer word has a line of its own.
  func wrapped(toColumns limit: Int) -> [String] {
    split(separator: " ").reduce(into: []) { lines, word in
      if let last = lines.last, last.columns + 1 + String(word).columns <= limit {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }
}

extension Character {
  /// Columns that a terminal gives the sign.
  fileprivate var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    return Self.wideScalars.contains { $0.contains(first.value) } ? 2 : 1
  }

  /// The ranges that Unicode calls wide, coarsely: Hangul, kana, Chinese characters, full-width
  /// forms, emoji.
  private static let wideScalars: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
    0x1F900...0x1FAFF, 0x20000...0x3FFFD,
  ]
}
