public import Attacks
public import Training

/// A training method that people can ask for by name.
public protocol CataloguedMethod: TrainingMethod, SendableMetatype {
  /// What can be set, with the values of the literature.
  associatedtype Settings: MethodSettings

  /// What the method is, in a few words.
  static var summary: String { get }
  /// What the method makes use of; the budget alone unless said otherwise.
  static var needs: Set<MethodContext.Part> { get }

  /// The method with settings.
  ///
  /// - Throws: `CatalogueError` when it cannot be had in this context.
  init(_ settings: Settings, in context: MethodContext) throws(CatalogueError)
}

extension CataloguedMethod {
  /// The budget.
  public static var needs: Set<MethodContext.Part> { [.budget] }
}

/// The settings of a training method, as a plain value.
public protocol MethodSettings: Hashable, Codable, Sendable {
  /// Whether the values are in the range that the method was made for.
  var areUsable: Bool { get }

  /// The usual values.
  init()
}

extension MethodSettings {
  /// Any values.
  public var areUsable: Bool { true }
}
