/// An ONNX model file as plain values, with everything in it checked.
public struct ONNXModel: Sendable {
  /// A function that the file defines: an operator made of others.
  public struct Function: Sendable {
    /// The operator that it defines.
    public var name: String
    /// The set that the operator belongs to.
    public var domain: String
    /// The names that its body has for what it is given.
    public var inputs: [String]
    /// The names that its body has for what it returns.
    public var outputs: [String]
    /// The names of attributes that a call may give.
    public var attributeNames: [String]
    /// Values of attributes that a call does not give.
    public var attributeDefaults: [String: ONNXAttribute]
    /// Which attribute of the call stands for an attribute of a node, by node and attribute.
    public var attributeReferences: [Int: [String: String]]
    /// The calls that it stands for, in an order in which they can run.
    public var nodes: [ONNXNode]
    /// The versions of the operator sets that these calls use, by domain.
    public var operatorSets: [String: Int]

    /// A function from its parts.
    public init(
      name: String, domain: String, inputs: [String], outputs: [String], attributeNames: [String],
      attributeDefaults: [String: ONNXAttribute], attributeReferences: [Int: [String: String]],
      nodes: [ONNXNode], operatorSets: [String: Int]
    ) {
      self.name = name
      self.domain = domain
      self.inputs = inputs
      self.outputs = outputs
      self.attributeNames = attributeNames
      self.attributeDefaults = attributeDefaults
      self.attributeReferences = attributeReferences
      self.nodes = nodes
      self.operatorSets = operatorSets
    }
  }

  /// The versions of the operator sets that the nodes use, by domain; empty for the standard one.
  public var operatorSets: [String: Int]
  /// Who wrote the file, such as `pytorch 2.13.0`; for people.
  public var producer: String
  /// The network.
  public var graph: ONNXGraph
  /// Operators that the file defines itself.
  public var functions: [Function]
  /// What else the file says of itself, such as `Image.NominalPixelRange`.
  public var metadata: [String: String]

  /// A model from its parts.
  public init(
    operatorSets: [String: Int], producer: String, graph: ONNXGraph, functions: [Function] = [],
    metadata: [String: String] = [:]
  ) {
    self.operatorSets = operatorSets
    self.producer = producer
    self.graph = graph
    self.functions = functions
    self.metadata = metadata
  }
}
