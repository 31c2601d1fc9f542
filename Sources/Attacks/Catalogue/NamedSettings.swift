import Foundation
import ThreatModels

/// The settings of a value by name, read from and written into the value's own coded form.
package struct NamedSettings<Owner: Codable>: CustomStringConvertible {
  private let owner: Owner
  private let name: String
  private let isUsable: (Owner) -> Bool

  /// The settings of a value.
  ///
  /// - Parameters:
  ///   - owner: a struct; its stored properties are the settings.
  ///   - name: what people call it.
  ///   - isUsable: whether a value with other settings makes sense, beyond each setting's type.
  package init(of owner: Owner, called name: String, usableIf isUsable: @escaping (Owner) -> Bool) {
    self.owner = owner
    self.name = name
    self.isUsable = isUsable
  }

  /// The names of all settings, including those that have no value yet.
  var names: [String] { Mirror(reflecting: owner).children.compactMap(\.label) }

  /// Every setting with its value; `auto` where the owner's own rule holds.
  package var description: String {
    let coded = Self.coded(owner) ?? [:]
    return Mirror(reflecting: owner).children.compactMap { child in
      child.label.map { label in
        let truth = (child.value as? Bool).map { "\($0)" }
        return "\(label)=\(truth ?? coded[label].map { "\($0)" } ?? "auto")"
      }
    }.joined(separator: ", ")
  }

  /// The value with some settings changed.
  package func changed(by changes: [String: String]) throws(CatalogueError) -> Owner {
    if changes.isEmpty { return owner }
    guard var coded = Self.coded(owner) else { preconditionFailure("\(name) cannot be coded") }
    for (setting, text) in changes.sorted(by: { $0.key < $1.key }) {
      guard names.contains(setting) else { throw .unknownSetting(setting, of: name, known: names) }
      if text == "auto" {
        coded.removeValue(forKey: setting)
      } else {
        coded[setting] = try value(text, of: setting)
      }
      guard Self.decoded(from: coded) != nil else {
        throw .unsuitableValue(text, setting: setting, of: name)
      }
    }
    guard let changed = Self.decoded(from: coded) else {
      preconditionFailure("\(name) cannot be decoded")
    }
    for setting in Mirror(reflecting: changed).children {
      guard let count = setting.value as? Int, !SettingLimits.counts.contains(count) else {
        continue
      }
      throw .unsuitableValue("\(count)", setting: setting.label ?? "", of: name)
    }
    guard isUsable(changed) else {
      throw .unsuitableValues(changes.map { "\($0)=\($1)" }.sorted(), of: name)
    }
    return changed
  }

  /// What a text means for JSON: a count, a length, a truth value or a word.
  private func value(
    _ text: String, of setting: String
  ) throws(CatalogueError) -> any Sendable {
    if let count = Int(text), !SettingLimits.stepLengths.contains(setting) { return count }
    if let length = Double(pixelValue: text) {
      guard length.isFinite, length >= 0, length > 0 || !SettingLimits.stepLengths.contains(setting)
      else {
        throw .unsuitableValue(text, setting: setting, of: name)
      }
      return length
    }
    return Bool(text) ?? text
  }

  /// The settings that have values.
  private static func coded(_ owner: Owner) -> [String: Any]? {
    guard let data = try? JSONEncoder().encode(owner) else { return nil }
    return try? JSONSerialization.jsonObject(with: data) as? [String: Any]
  }

  /// A value with other settings.
  private static func decoded(from settings: [String: Any]) -> Owner? {
    guard let data = try? JSONSerialization.data(withJSONObject: settings) else { return nil }
    return try? JSONDecoder().decode(Owner.self, from: data)
  }
}

/// What holds for settings of every kind.
private enum SettingLimits {
  /// Counts from strangers stay within this range; nothing makes sense outside it.
  static let counts = 1...1_000_000

  /// Settings that say how far a step goes: without a length an attack would stand still.
  static let stepLengths: Set = ["stepSize", "learningRate"]
}
