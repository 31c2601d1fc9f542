/// Names of pictures that are fit for file names on every system.
enum SampleName {
  private static let longestTitle = 100

  /// A number, with zeros in front so that names sort as numbers do, and a title.
  static func numbered(_ index: Int, of count: Int, title: String) -> String {
    let digits = String(index)
    let width = max(4, String(count - 1).count)
    let zeros = String(repeating: "0", count: width - digits.count)
    return "\(zeros)\(digits)-\(fileSafe(title))"
  }

  /// The titles made fit for file names; those that would be equal are numbered.
  ///
  /// Names that differ by case alone count as equal, because some file systems say so.
  static func unique(for titles: [String]) -> [String] {
    var taken: Set<String> = []
    var lastNumbers: [String: Int] = [:]
    return titles.map { title in
      let safe = fileSafe(title)
      let key = safe.lowercased()
      var name = safe
      while !taken.insert(name.lowercased()).inserted {
        lastNumbers[key, default: 1] += 1
        name = "\(safe)-\(lastNumbers[key, default: 1])"
      }
      return name
    }
  }

  /// Letters, digits, `_`, `-` and inner dots stay; everything else becomes a hyphen.
  private static func fileSafe(_ title: String) -> String {
    var safe = ""
    for scalar in title.unicodeScalars where safe.utf8.count < longestTitle {
      let stays =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "_-".unicodeScalars.contains(scalar) || (scalar == "." && !safe.isEmpty)
      safe.unicodeScalars.append(stays ? scalar : "-")
    }
    return safe.isEmpty ? "picture" : safe
  }
}
