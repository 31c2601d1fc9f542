public import Foundation

extension AttackCatalogue {
  /// The attack that some coded settings are of.
  ///
  /// - Parameters:
  ///   - name: what the attack calls itself, such as `MI-FGSM`, whatever people write.
  ///   - settings: as JSON.
  /// - Returns: nothing if no text that people can write asks for such an attack.
  public static func attack(calling name: String, coded settings: Data) -> (any Attack)? {
    for entry in entries {
      let surroundings = (entry.attack as? any WhiteBoxAttack)?.surroundings.map(\.wrapped) ?? []
      for kind in [entry.attack] + surroundings where type(of: kind).name == name {
        guard let coded = kind.another(coded: settings) else { continue }
        // What comes from a file goes through the checks of what people write.
        let text = CatalogueText.written(entry.name, coded.settings(called: entry.name))
        if let attack = try? attack(text), AnyHashable(attack) == AnyHashable(coded) {
          return attack
        }
      }
    }
    return nil
  }
}

extension Attack {
  /// An attack of the same type with coded settings.
  fileprivate func another(coded settings: Data) -> Self? {
    try? JSONDecoder().decode(Self.self, from: settings)
  }
}
