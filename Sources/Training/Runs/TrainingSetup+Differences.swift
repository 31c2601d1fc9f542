import Foundation
import ThreatModels

extension TrainingSetup {
  /// What another setup has otherwise, in words; nothing if it would give the same result.
  ///
  /// Where files lie does not matter, only what is in them, and not how ε is written.
  func differences(from other: TrainingSetup) -> [String] {
    var differences: [String] = []
    var (mine, theirs) = (self, other)
    if mine.model.sha256 != theirs.model.sha256 { differences.append("another model") }
    if mine.model.sha256 != nil { mine.model.source = theirs.model.source }
    mine.model.sha256 = theirs.model.sha256
    differences += mine.data.settleDifferences(from: theirs.data, called: "data")
    if let data = mine.validation?.data, let other = theirs.validation?.data {
      differences += data.differences(from: other, called: "validation pictures")
      mine.validation?.data = other
    }
    if mine.threat.budget.epsilon == theirs.threat.budget.epsilon,
      mine.threat.budget.norm == theirs.threat.budget.norm
    {
      mine.threat.budget = theirs.threat.budget
    }
    let (left, right) = (mine.leaves, theirs.leaves)
    for key in Set(left.keys).union(right.keys).sorted() where left[key] != right[key] {
      differences.append("\(key): \(left[key] ?? "none") then, \(right[key] ?? "none") now")
    }
    return differences
  }

  /// All values by what they are called, such as `batch size`.
  private var leaves: [String: String] {
    guard let data = try? JSONEncoder().encode(self),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return [:] }
    var result: [String: String] = [:]
    Self.collect(object, under: [], into: &result)
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
      default: result[title(path)] = isTruth(value) ? "\(value as? Bool ?? false)" : "\(value)"
      }
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

extension TrainingSetup.Data {
  /// The differences, after which this is the other.
  fileprivate mutating func settleDifferences(from other: Self, called name: String) -> [String] {
    defer { self = other }
    return differences(from: other, called: name)
  }

  fileprivate func differences(from other: Self, called name: String) -> [String] {
    if sha256 == other.sha256 { return [] }
    if path != other.path { return ["\(name): \(path) then, \(other.path) now"] }
    if split != other.split { return ["split: \(split) then, \(other.split) now"] }
    if count != other.count {
      return ["number of pictures: \(count) then, \(other.count) now"]
    }
    return ["pictures, names or labels in \(path) have changed"]
  }
}
