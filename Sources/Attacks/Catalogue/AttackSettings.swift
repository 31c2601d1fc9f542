import Foundation
import ThreatModels

/// The settings of an attack by name, read from and written into the attack's own coded form.
struct AttackSettings: CustomStringConvertible {
  /// Counts from strangers stay within this range; no attack makes sense outside it.
  private static let counts = 1...1_000_000

  /// Settings that say how far a step goes: without a length the attack would stand still.
  private static let stepLengths: Set = ["stepSize", "learningRate"]

  private let attack: any Attack
  private let name: String

  init(of attack: any Attack, called name: String) {
    self.attack = attack
    self.name = name
  }

  /// The names of all settings, including those that have no value yet.
  private var names: [String] { Mirror(reflecting: attack).children.compactMap(\.label) }

  /// Every setting with its value; `auto` where the attack's own rule holds.
  var description: String {
    let coded = attack.coded() ?? [:]
    return Mirror(reflecting: attack).children.compactMap { child in
      child.label.map { label in
        let truth = (child.value as? Bool).map { "\($0)" }
        return "\(label)=\(truth ?? coded[label].map { "\($0)" } ?? "auto")"
      }
    }.joined(separator: ", ")
  }

  /// The attack with some settings changed.
  func attack(with changes: [String: String]) throws(AttackCatalogueError) -> any Attack {
    guard var coded = attack.coded() else { preconditionFailure("\(name) cannot be coded") }
    for (setting, text) in changes.sorted(by: { $0.key < $1.key }) {
      guard names.contains(setting) else {
        throw .unknownSetting(setting, attack: name, known: names)
      }
      coded[setting] = try value(text, of: setting)
      guard attack.decoded(from: coded) != nil else {
        throw .unsuitableValue(text, setting: setting, attack: name)
      }
    }
    guard let changed = attack.decoded(from: coded) else {
      preconditionFailure("\(name) cannot be decoded")
    }
    for setting in Mirror(reflecting: changed).children {
      guard let count = setting.value as? Int, !Self.counts.contains(count) else { continue }
      throw .unsuitableValue("\(count)", setting: setting.label ?? "", attack: name)
    }
    guard changed.hasUsableSettings else {
      throw .unsuitableValues(changes.map { "\($0)=\($1)" }.sorted(), attack: name)
    }
    return changed
  }

  /// What a text means for JSON: a count, a length, a truth value or a word.
  private func value(
    _ text: String, of setting: String
  ) throws(AttackCatalogueError) -> any Sendable {
    if let count = Int(text), !Self.stepLengths.contains(setting) { return count }
    if let length = Double(pixelValue: text) {
      guard length.isFinite, length >= 0, length > 0 || !Self.stepLengths.contains(setting) else {
        throw .unsuitableValue(text, setting: setting, attack: name)
      }
      return length
    }
    return Bool(text) ?? text
  }
}

extension Attack {
  /// The settings that have values.
  fileprivate func coded() -> [String: Any]? {
    guard let data = try? JSONEncoder().encode(self) else { return nil }
    return try? JSONSerialization.jsonObject(with: data) as? [String: Any]
  }

  /// An attack of the same type with other settings.
  fileprivate func decoded(from settings: [String: Any]) -> Self? {
    guard let data = try? JSONSerialization.data(withJSONObject: settings) else { return nil }
    return try? JSONDecoder().decode(Self.self, from: data)
  }
}
