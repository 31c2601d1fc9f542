/// What is known of a tensor before the program runs: element type and sizes.
public struct TensorType: Hashable, Sendable {
  /// One size of a tensor.
  public enum Dimension: Hashable, Sendable {
    /// Known when the program was exported.
    case fixed(Int)
    /// Known only when the program runs; the text is the exporter's expression.
    case dynamic(String)

    /// The size, if it is fixed.
    public var fixedSize: Int? {
      if case .fixed(let size) = self { size } else { nil }
    }
  }

  /// The type of the elements.
  public var dataType: DataType
  /// The sizes, outermost first.
  public var sizes: [Dimension]

  /// A tensor type.
  public init(dataType: DataType, sizes: [Dimension]) {
    self.dataType = dataType
    self.sizes = sizes
  }
}

extension TensorType: CustomStringConvertible {
  /// For people: `float32[N, 3, 32, 32]`, where `N` stands for any size.
  public var description: String {
    let sizes = sizes.map { $0.fixedSize.map(String.init) ?? "N" }
    return "\(dataType)[\(sizes.joined(separator: ", "))]"
  }
}
