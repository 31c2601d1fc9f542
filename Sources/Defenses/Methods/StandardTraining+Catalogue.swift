public import Attacks
public import Training

extension StandardTraining: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The share of the truth that is spread evenly over all classes, 0…1.
    public var smoothing: Double

    /// Whether the smoothing is a share.
    public var areUsable: Bool { (0...1).contains(smoothing) }

    /// The whole truth.
    public init() { smoothing = 0 }
  }

  /// What it is.
  public static var summary: String { "the pictures as they are" }
  /// Nothing.
  public static var needs: Set<MethodContext.Part> { [] }

  /// The method with settings; the context does not matter.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(smoothing: settings.smoothing)
  }
}
