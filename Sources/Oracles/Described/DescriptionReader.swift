import Yams

/// Reads a mapping of a YAML file key by key, and refuses keys that nobody asked for.
struct DescriptionReader {
  private let file: String
  /// Where the mapping stands, with a full stop behind; empty at the top.
  private let prefix: String
  private var rest: [String: Node]

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - text: what it holds.
  ///   - file: its name, for sentences.
  init(_ text: String, file: String) throws(DescriptionError) {
    let node: Node?
    do {
      node = try compose(yaml: text)
    } catch {
      throw .malformed(file, "this is not YAML")
    }
    guard let node else { throw .malformed(file, "the file is empty") }
    try self.init(node, file: file, prefix: "")
  }

  private init(_ node: Node, file: String, prefix: String) throws(DescriptionError) {
    self.file = file
    self.prefix = prefix
    rest = [:]
    guard let mapping = node.mapping else {
      throw .malformed(
        file, prefix.isEmpty ? "keys are wanted" : "\(prefix.dropLast()): keys are wanted")
    }
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        throw .malformed(file, "\(prefix)…: a key must be a word")
      }
      if rest.updateValue(value, forKey: name) != nil {
        throw .malformed(file, "\(prefix)\(name): this key is there twice")
      }
    }
  }

  /// An error at a key.
  func failure(_ key: String, _ reason: String) -> DescriptionError {
    .malformed(file, "\(prefix)\(key): \(reason)")
  }

  /// Whether a key has not been taken yet.
  func has(_ key: String) -> Bool { rest[key] != nil }

  /// The text at a key, if it is there.
  mutating func text(_ key: String) throws(DescriptionError) -> String? {
    guard let node = rest.removeValue(forKey: key) else { return nil }
    guard let text = node.scalar?.string else { throw failure(key, "a text is wanted") }
    return text
  }

  /// The text at a key that must be there.
  mutating func requiredText(_ key: String) throws(DescriptionError) -> String {
    guard let text = try text(key) else { throw failure(key, "this key is missing") }
    return text
  }

  /// The whole number at a key, if it is there.
  mutating func number(_ key: String, in range: ClosedRange<Int>) throws(DescriptionError) -> Int? {
    guard let text = try text(key) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw failure(
        key, "a whole number from \(range.lowerBound) to \(range.upperBound) is wanted")
    }
    return number
  }

  /// The texts of a list at a key, if it is there.
  mutating func texts(_ key: String) throws(DescriptionError) -> [String]? {
    guard let node = rest.removeValue(forKey: key) else { return nil }
    let texts = node.sequence?.compactMap(\.scalar?.string)
    guard let texts, texts.count == node.sequence?.count else {
      throw failure(key, "a list of texts is wanted")
    }
    return texts
  }

  /// The texts of a mapping at a key, in their order; none if it is not there.
  mutating func pairs(_ key: String) throws(DescriptionError) -> [(name: String, text: String)] {
    guard let node = rest.removeValue(forKey: key) else { return [] }
    guard let mapping = node.mapping else { throw failure(key, "names with texts are wanted") }
    var pairs: [(name: String, text: String)] = []
    for (name, value) in mapping {
      guard let name = name.scalar?.string, let text = value.scalar?.string else {
        throw failure(key, "names with texts are wanted")
      }
      pairs.append((name, text))
    }
    return pairs
  }

  /// The mapping at a key that must be there.
  mutating func mapping(_ key: String) throws(DescriptionError) -> DescriptionReader {
    guard let node = rest.removeValue(forKey: key) else {
      throw failure(key, "this key is missing")
    }
    return try DescriptionReader(node, file: file, prefix: "\(prefix)\(key).")
  }

  /// Refuses what nobody asked for.
  func finish() throws(DescriptionError) {
    guard let key = rest.keys.min() else { return }
    throw failure(key, "there is no such key")
  }
}
