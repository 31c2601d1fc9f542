/// Why a text names nothing that a catalogue has.
public enum CatalogueError: Error, Hashable, Sendable {
  /// There is nothing of that name; what kind of thing was looked for, such as `attack`.
  case unknownName(String, kind: String, known: [String])
  /// The thing has no such setting.
  case unknownSetting(String, of: String, known: [String])
  /// This is not written as `name=value`.
  case unreadableSetting(String, of: String)
  /// The setting is given more than once.
  case repeatedSetting(String, of: String)
  /// The value does not fit the setting.
  case unsuitableValue(String, setting: String, of: String)
  /// The values fit their settings, but the thing can do nothing with them.
  case unsuitableValues([String], of: String)
  /// The thing cannot be had under these circumstances; why, in words.
  case unsuitable(String)
}

extension CatalogueError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unknownName(let name, let kind, let known):
      "there is no \(kind) “\(name)”; these are known: \(known.joined(separator: ", "))"
    case .unknownSetting(let setting, let owner, let known):
      known.isEmpty
        ? "\(owner) has no settings, so no “\(setting)” either"
        : "\(owner) has no setting “\(setting)”; it has \(known.joined(separator: ", "))"
    case .unreadableSetting(let text, let owner):
      "“\(text)” is no setting of \(owner): write name=value, as in steps=100"
    case .repeatedSetting(let setting, let owner):
      "the setting \(setting) of \(owner) is given more than once"
    case .unsuitableValue(let value, let setting, let owner):
      "“\(value)” does not fit the setting \(setting) of \(owner)"
    case .unsuitableValues(let settings, let owner):
      "\(owner) can do nothing with \(settings.joined(separator: ", "))"
    case .unsuitable(let reason): reason
    }
  }
}
