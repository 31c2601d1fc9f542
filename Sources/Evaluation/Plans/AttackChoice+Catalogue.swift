import Attacks

extension EvaluationSetup.AttackChoice {
  /// The attack that a text asks for.
  ///
  /// - Parameter text: as `AttackCatalogue` reads it, such as `pgd:steps=100`.
  /// - Throws: `CatalogueError`.
  public init(_ text: String) throws {
    let settings = RunManifest.AttackSettings(of: try AttackCatalogue.attack(text))
    self.init(text: text, name: settings.name, settings: settings.settings)
  }
}
