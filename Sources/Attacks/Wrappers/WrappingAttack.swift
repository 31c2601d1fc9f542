/// A gradient attack in other circumstances: its settings are the attack's and some of its own.
///
/// In the catalogue they are written together: `mi-fgsm:steps=20,diversity=0.5`.
protocol WrappingAttack: Attack {
  /// The settings that the attack itself does not have.
  associatedtype Own: Hashable & Codable & Sendable
  /// The attack.
  var attack: any WhiteBoxAttack { get }
  /// The settings that the attack itself does not have.
  var own: Own { get }
  /// Other settings, of which ``Attack/hasUsableSettings`` must still be asked.
  init(unchecked attack: any WhiteBoxAttack, own: Own)
}

extension WrappingAttack {
  /// Whether an attack can stand in for any other: it knows the norms whose balls are convex, and moves
  /// along gradients itself, and those of the model as it is.
  static func suits(_ attack: any WhiteBoxAttack) -> Bool {
    type(of: attack).norms.isSuperset(of: norms)
      && !(attack is any AttackEnsemble || attack is any WrappingAttack)
  }

  /// Whether attack and settings are the same.
  public static func == (left: Self, right: Self) -> Bool {
    AnyHashable(left.attack) == AnyHashable(right.attack) && left.own == right.own
  }

  /// Attack and settings.
  public func hash(into hasher: inout Hasher) {
    attack.hash(into: &hasher)
    own.hash(into: &hasher)
  }

  /// The settings of both in one object, with the attack's name as `attack`.
  public func encode(to encoder: any Encoder) throws {
    try attack.encode(to: encoder)
    try own.encode(to: encoder)
    var container = encoder.container(keyedBy: WrappingAttackKey.self)
    try container.encode(type(of: attack).name, forKey: .attack)
  }

  /// An attack of the catalogue by its name, with the settings of both.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: WrappingAttackKey.self)
    let name = try container.decode(String.self, forKey: .attack)
    let known = AttackCatalogue.entries.lazy.compactMap { $0.attack as? any WhiteBoxAttack }
    guard let attack = known.first(where: { type(of: $0).name == name }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .attack, in: container, debugDescription: "no gradient attack “\(name)”")
    }
    self.init(
      unchecked: try type(of: attack).init(from: decoder), own: try Own(from: decoder))
  }
}

/// Where the name of the attack stands.
enum WrappingAttackKey: String, CodingKey {
  case attack
}
