public import Attacks
public import Training

/// All training methods by the names that people write, with the settings of the literature.
public enum MethodCatalogue {
  /// One line of the catalogue.
  public struct Entry: Sendable {
    /// The method's type.
    public let method: any CataloguedMethod.Type

    /// What people write, such as `trades`.
    public var name: String { method.name }
    /// What it is, in a few words.
    public var summary: String { method.summary }
    /// The settings with their usual values, such as `beta=6, steps=10`.
    public var settings: String { method.usualSettings }
    /// What the method makes use of.
    public var needs: Set<MethodContext.Part> { method.needs }
  }

  /// All methods.
  public static let entries: [Entry] = [
    Entry(method: StandardTraining.self),
    Entry(method: FGSMMixture.self),
    Entry(method: KurakinTraining.self),
    Entry(method: EnsembleAdversarialTraining.self),
    Entry(method: AdversarialTraining.self),
    Entry(method: FastAdversarialTraining.self),
    Entry(method: NFGSM.self),
    Entry(method: FreeAdversarialTraining.self),
    Entry(method: TRADES.self),
    Entry(method: MART.self),
    Entry(method: AdversarialWeightPerturbation.self),
    Entry(method: AdvProp.self),
    Entry(method: FastAdvProp.self),
    Entry(method: GaussianNoiseTraining.self),
  ]

  /// The method that a text asks for.
  ///
  /// - Parameters:
  ///   - text: a name, or a name with settings, such as `trades:beta=3,steps=7`. Lengths may be
  ///     written as fractions: `stepSize=2/255`.
  ///   - context: the budget, and what else the method is to use.
  /// - Throws: `CatalogueError` when there is no such method, it has no such setting, or the context
  ///   does not suit it.
  public static func method(
    _ text: String, in context: MethodContext
  ) throws(CatalogueError) -> any TrainingMethod {
    let text = try CatalogueText(text)
    guard let entry = entries.first(where: { $0.name == text.name }) else {
      throw .unknownName(text.name, kind: "training method", known: entries.map(\.name))
    }
    try context.check(for: entry.name, needing: entry.needs)
    return try entry.method.made(with: text.settings, in: context)
  }

  /// What a text asks for with every setting written out, the same for all spellings of it.
  ///
  /// - Throws: `CatalogueError` when there is no such method or it has no such setting.
  public static func canonical(_ text: String) throws(CatalogueError) -> String {
    let text = try CatalogueText(text)
    guard let entry = entries.first(where: { $0.name == text.name }) else {
      throw .unknownName(text.name, kind: "training method", known: entries.map(\.name))
    }
    return CatalogueText.written(
      entry.name, try entry.method.settings(changedBy: text.settings))
  }
}

extension CataloguedMethod {
  fileprivate static var usualSettings: String { named.description }

  fileprivate static func settings(
    changedBy changes: [String: String]
  ) throws(CatalogueError) -> String {
    NamedSettings(of: try named.changed(by: changes), called: name) { _ in true }.description
  }

  fileprivate static func made(
    with changes: [String: String], in context: MethodContext
  ) throws(CatalogueError) -> any TrainingMethod {
    try Self(named.changed(by: changes), in: context)
  }

  private static var named: NamedSettings<Settings> {
    NamedSettings(of: Settings(), called: name) { $0.areUsable }
  }
}
