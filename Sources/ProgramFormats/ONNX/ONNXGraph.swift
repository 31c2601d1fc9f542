/// A graph of an ONNX model: a plain value, checked, with the nodes in an order in which they can run.
public struct ONNXGraph: Sendable {
  /// The graph's name; for people.
  public var name: String
  /// The calls; each reads only what inputs, initialisers, nodes before it or outer graphs define.
  public var nodes: [ONNXNode]
  /// What the caller provides; initialisers that are listed as inputs too are left out.
  public var inputs: [ONNXValueInfo]
  /// What the caller receives.
  public var outputs: [ONNXValueInfo]
  /// Tensors by the names of their values.
  public var initializers: [String: ONNXTensor]

  /// A graph from its parts.
  public init(
    name: String, nodes: [ONNXNode], inputs: [ONNXValueInfo], outputs: [ONNXValueInfo],
    initializers: [String: ONNXTensor]
  ) {
    self.name = name
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
    self.initializers = initializers
  }
}

/// What an ONNX file says of a value: its name and, if it is a tensor, the type.
public struct ONNXValueInfo: Hashable, Sendable {
  /// One size of a tensor.
  public enum Dimension: Hashable, Sendable {
    /// A number.
    case fixed(Int)
    /// A name that stands for the same number wherever it occurs.
    case named(String)
    /// Nothing is said.
    case unknown
  }

  /// The name of the value.
  public var name: String
  /// The type of the elements; `nil` if the value is no tensor or the file does not say.
  public var dataType: ONNXDataType?
  /// The sizes; `nil` if the file does not even say how many there are.
  public var sizes: [Dimension]?

  /// A description from its parts.
  public init(name: String, dataType: ONNXDataType?, sizes: [Dimension]?) {
    self.name = name
    self.dataType = dataType
    self.sizes = sizes
  }
}
