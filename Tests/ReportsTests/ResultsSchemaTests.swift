import Evaluation
import Foundation
import Testing
import ThreatModels

/// The schema of `results.json` and what is written say the same.
@Suite struct ResultsSchemaTests {
  private static let schemaFile = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Documentation/results.schema.json")

  private static func schema() throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: schemaFile))
  }

  private static func written(_ sample: SampleResults) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(sample.results()))
  }

  @Test func everythingWrittenIsDescribedAndEverythingDescribedIsWritten() throws {
    var walk = SchemaWalk(schema: try Self.schema())
    var targeted = SampleResults()
    targeted.findings = SampleResults.findings
    targeted.objective = .target(1)
    var least = targeted
    least.objective = .leastLikely
    least.defense = .init(transformations: ["jpeg:quality=75"], attacker: "naive", draws: 1)
    for sample in [SampleResults(), targeted, least] {
      try walk.compare(Self.written(sample))
    }
    #expect(walk.complaints.isEmpty, "\(walk.complaints.sorted())")
    #expect(walk.described.subtracting(walk.seen).isEmpty)
  }

  @Test func anUndescribedKeyIsFound() throws {
    guard case .object(var results) = try Self.written(SampleResults()) else {
      Issue.record("results are no object")
      return
    }
    results["surprise"] = .bool(true)
    results["progress"] = .object(["done": .number(1)])
    var walk = SchemaWalk(schema: try Self.schema())
    walk.compare(.object(results))
    #expect(walk.complaints == ["surprise is not described", "progress.total is missing"])
  }

  @Test func everyKeyIsExplained() throws {
    let walk = SchemaWalk(schema: try Self.schema())
    #expect(walk.described.count > 80)
    #expect(walk.unexplained.isEmpty, "\(walk.unexplained)")
  }

  @Test func everyFindingIsListed() throws {
    let kinds = try Self.schema()["$defs"]?["finding"]?["properties"]?["kind"]?["enum"]
    #expect(kinds == .array(Finding.Kind.allCases.map { .string($0.rawValue) }))
  }
}

/// Holds JSON against a schema, key by key.
private struct SchemaWalk {
  private let schema: JSONValue
  /// Keys that the schema has, as `definition.key`.
  private(set) var described: Set<String> = []
  private(set) var unexplained: Set<String> = []
  /// Keys that were met.
  private(set) var seen: Set<String> = []
  private(set) var complaints: Set<String> = []

  init(schema: JSONValue) {
    self.schema = schema
    collect(schema, as: "")
    for (name, definition) in schema["$defs"]?.entries ?? [:] { collect(definition, as: name) }
  }

  private mutating func collect(_ part: JSONValue, as name: String) {
    for (key, value) in part["properties"]?.entries ?? [:] {
      let place = "\(name).\(key)"
      described.insert(place)
      if resolved(value, place).part["description"] == nil { unexplained.insert(place) }
      collect(value, as: place)
    }
    for option in part["oneOf"]?.elements ?? [] { collect(option, as: name) }
  }

  mutating func compare(_ value: JSONValue) { compare(value, with: schema, as: "", at: "") }

  private mutating func compare(
    _ value: JSONValue, with reference: JSONValue, as name: String, at path: String
  ) {
    let (part, name) = resolved(reference, name)
    switch value {
    case .object(let object):
      let options = part["oneOf"]?.elements ?? [part]
      let option =
        options.first { option in
          object.keys.allSatisfy { option["properties"]?[$0] != nil }
        } ?? part
      guard let properties = option["properties"]?.entries else { return }
      for key in object.keys.sorted() {
        let place = path.isEmpty ? key : "\(path).\(key)"
        guard let inner = properties[key], let content = object[key] else {
          complaints.insert("\(place) is not described")
          continue
        }
        seen.insert("\(name).\(key)")
        compare(content, with: inner, as: "\(name).\(key)", at: place)
      }
      for case .string(let key) in option["required"]?.elements ?? [] where object[key] == nil {
        complaints.insert(path.isEmpty ? "\(key) is missing" : "\(path).\(key) is missing")
      }
    case .array(let array):
      guard let items = part["items"] else { return }
      for element in array { compare(element, with: items, as: name, at: path) }
    case .null, .bool, .number, .string:
      return
    }
  }

  /// What a reference points at, with its name.
  private func resolved(
    _ part: JSONValue, _ name: String
  ) -> (part: JSONValue, name: String) {
    guard case .string(let reference) = part["$ref"] else { return (part, name) }
    let definition = String(reference.split(separator: "/").last ?? "")
    return (schema["$defs"]?[definition] ?? .null, definition)
  }
}

extension JSONValue {
  fileprivate subscript(_ key: String) -> JSONValue? { entries[key] }

  fileprivate var entries: [String: JSONValue] {
    if case .object(let object) = self { object } else { [:] }
  }

  fileprivate var elements: [JSONValue] {
    if case .array(let array) = self { array } else { [] }
  }
}
