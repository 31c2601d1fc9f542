/// What is known of a number that a program computes from sizes.
public struct ScalarType: Hashable, Sendable {
  /// Which kind of number.
  public enum Kind: Hashable, Sendable {
    /// An integer, such as a size.
    case integer
    /// A real number, such as a scale.
    case real
    /// Whether something holds.
    case truth
  }

  /// Which kind of number.
  public var kind: Kind
  /// The exporter's expression of it.
  public var expression: String

  /// A type.
  public init(_ kind: Kind, expression: String) {
    self.kind = kind
    self.expression = expression
  }
}
