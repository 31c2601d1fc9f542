/// Why a text is no attack.
public enum AttackCatalogueError: Error, Hashable, Sendable {
  /// There is no attack of that name.
  case unknownAttack(String, known: [String])
  /// The attack has no such setting.
  case unknownSetting(String, attack: String, known: [String])
  /// This is not written as `name=value`.
  case unreadableSetting(String, attack: String)
  /// The setting is given more than once.
  case repeatedSetting(String, attack: String)
  /// The value does not fit the setting.
  case unsuitableValue(String, setting: String, attack: String)
  /// The values fit their settings, but the attack can do nothing with them.
  case unsuitableValues([String], attack: String)
}

extension AttackCatalogueError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unknownAttack(let name, let known):
      "there is no attack “\(name)”; these are known: \(known.joined(separator: ", "))"
    case .unknownSetting(let setting, let attack, let known):
      known.isEmpty
        ? "\(attack) has no settings, so no “\(setting)” either"
        : "\(attack) has no setting “\(setting)”; it has \(known.joined(separator: ", "))"
    case .unreadableSetting(let text, let attack):
      "“\(text)” is no setting of \(attack): write name=value, as in steps=100"
    case .repeatedSetting(let setting, let attack):
      "the setting \(setting) of \(attack) is given more than once"
    case .unsuitableValue(let value, let setting, let attack):
      "“\(value)” does not fit the setting \(setting) of \(attack)"
    case .unsuitableValues(let settings, let attack):
      "\(attack) can do nothing with \(settings.joined(separator: ", "))"
    }
  }
}
