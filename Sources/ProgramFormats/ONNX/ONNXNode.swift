/// One call of an ONNX operator.
public struct ONNXNode: Sendable {
  /// A name for people, unique in the graph: the file's, or one made from the operator and a number.
  public var name: String
  /// The operator, such as `Conv`.
  public var operation: String
  /// The set that the operator belongs to: empty for the standard one, or such as `ai.onnx.ml`.
  public var domain: String
  /// The names of the values it reads; empty where an optional input is left out.
  public var inputs: [String]
  /// The names of the values it defines; empty where nobody wants one.
  public var outputs: [String]
  /// Its settings by name.
  public var attributes: [String: ONNXAttribute]

  /// A call from its parts.
  public init(
    name: String, operation: String, domain: String = "", inputs: [String], outputs: [String],
    attributes: [String: ONNXAttribute] = [:]
  ) {
    self.name = name
    self.operation = operation
    self.domain = domain
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}

/// A setting of an ONNX operator.
public enum ONNXAttribute: Sendable {
  case integer(Int)
  case real(Double)
  case string(String)
  case tensor(ONNXTensor)
  case graph(ONNXGraph)
  case integers([Int])
  case reals([Double])
  case strings([String])
  case tensors([ONNXTensor])
  case graphs([ONNXGraph])
}
