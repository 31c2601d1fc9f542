import Foundation

/// What two lists of settings have otherwise, in the words that people would use for it.
package enum SettingsComparison {
  /// The differences: what a setting is called, what it was and what it is.
  package static func differences<Settings: Encodable>(
    between before: Settings, and now: Settings
  ) -> [String] {
    let (left, right) = (leaves(of: before), leaves(of: now))
    return Set(left.keys).union(right.keys).sorted().filter { left[$0] != right[$0] }.map { key in
      "\(key): \(left[key] ?? "none") then, \(right[key] ?? "none") now"
    }
  }

  /// All values by what they are called, such as `batch size`.
  private static func leaves(of settings: some Encodable) -> [String: String] {
    guard let data = try? JSONEncoder().encode(settings),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return [:] }
    var result: [String: String] = [:]
    collect(object, under: [], into: &result)
    return result
  }

  private static func collect(
    _ object: [String: Any], under path: [String], into result: inout [String: String]
  ) {
    for (key, value) in object {
      let path = path + [words(key)]
      switch value {
      // A case of an enumeration is an object with one key.
      case let inner as [String: Any] where inner.count == 1 && inner.values.first is [String: Any]:
        let settings = (inner.values.first as? [String: Any] ?? [:])
          .sorted { $0.key < $1.key }.map { "\(words($0.key)) \($0.value)" }
        let name = words(inner.keys.first ?? "")
        result[title(path)] = ([name] + settings).joined(separator: ", ")
      case let inner as [String: Any]: collect(inner, under: path, into: &result)
      default: result[title(path)] = text(of: value)
      }
    }
  }

  /// A value as text, the same for equal values.
  private static func text(of value: Any) -> String {
    switch value {
    case let list as [Any]: "[\(list.map(text).joined(separator: ", "))]"
    case let object as [String: Any]:
      object.sorted { $0.key < $1.key }.map { "\(words($0.key)) \(text(of: $0.value))" }
        .joined(separator: ", ")
    default: isTruth(value) ? "\(value as? Bool ?? false)" : "\(value)"
    }
  }

  /// JSON has truth values, which are numbers for Foundation.
  private static func isTruth(_ value: Any) -> Bool {
    (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
  }

  /// `plan` says nothing to people.
  private static func title(_ path: [String]) -> String {
    path.drop { $0 == "plan" }.joined(separator: ", ")
  }

  /// `batchSize` as people write it.
  private static func words(_ key: String) -> String {
    key.reduce(into: "") { words, letter in
      words += letter.isUppercase ? " \(letter.lowercased())" : String(letter)
    }
  }
}
