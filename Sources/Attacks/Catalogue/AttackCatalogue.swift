/// All attacks by the names that people write, with the settings of the literature.
public enum AttackCatalogue {
  /// One line of the catalogue.
  public struct Entry: Sendable {
    /// What people write, such as `pgd`.
    public let name: String
    /// The attack with its usual settings.
    public let attack: any Attack
    /// What it is, in a few words.
    public let summary: String
  }

  /// All attacks, weak ones before strong ones.
  public static let entries: [Entry] = [
    Entry(name: "fgsm", attack: FGSM(), summary: "one step along the sign of the gradient"),
    Entry(name: "bim", attack: BIM(), summary: "FGSM in small steps"),
    Entry(name: "pgd", attack: PGD(), summary: "small steps from a random start"),
  ]

  /// The attack that a text asks for.
  ///
  /// - Parameter text: a name, or a name with settings, such as `pgd:steps=100,restarts=10`. Lengths
  ///   may be written as fractions: `stepSize=2/255`.
  /// - Throws: ``AttackCatalogueError`` when there is no such attack or it has no such setting.
  public static func attack(_ text: String) throws(AttackCatalogueError) -> any Attack {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].lowercased()
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .unknownAttack(name, known: entries.map(\.name))
    }
    guard parts.count == 2 else { return entry.attack }
    var settings: [String: String] = [:]
    for pair in parts[1].split(separator: ",") {
      let sides = pair.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { throw .unreadableSetting(String(pair), attack: name) }
      settings[String(sides[0])] = String(sides[1])
    }
    return try AttackSettings(of: entry.attack, called: name).attack(with: settings)
  }
}
