/// Why texts are no defence by input transformations.
public enum InputTransformationError: Error, Hashable, Sendable {
  /// There is no transformation of that name.
  case unknown(String, known: [String])
  /// This is not the setting that the transformation has.
  case unreadableSetting(String, of: String, known: String)
  /// The value is outside the range; which values fit, in words.
  case unsuitableValue(String, setting: String, of: String, String)
  /// No transformation is given.
  case none
  /// More than one of the transformations is random.
  case severalRandom([String])
}

extension InputTransformationError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unknown(let name, let known):
      "there is no transformation “\(name)”; these are known: \(known.joined(separator: ", "))"
    case .unreadableSetting(let text, let name, let known):
      "“\(text)” is no setting of \(name): write \(name):\(known)=…"
    case .unsuitableValue(let value, let setting, let name, let range):
      "“\(value)” does not fit the setting \(setting) of \(name), which is \(range)"
    case .none: "a defence needs at least one transformation"
    case .severalRandom(let names):
      "\(names.joined(separator: " and ")) are random; only one of the transformations may be"
    }
  }
}
