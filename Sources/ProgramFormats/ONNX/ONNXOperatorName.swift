/// The full name of an operator, by which a node finds a function of the file.
struct ONNXOperatorName: Hashable {
  /// The set that the operator belongs to; empty for the standard one.
  let domain: String
  /// The operator; one of several with the same name has its mark behind a colon.
  let name: String

  /// A name from the parts that nodes and functions have.
  init(domain: String, name: String, overload: String) {
    self.domain = ONNXOperatorSets.canonical(domain)
    self.name = overload.isEmpty ? name : "\(name):\(overload)"
  }

  /// The name of the operator that a node calls.
  init(_ node: ONNXNodeProto) {
    self.init(domain: node.domain, name: node.opType, overload: node.overload)
  }

  /// The name of the operator that a function defines.
  init(_ function: ONNXFunctionProto) {
    self.init(domain: function.domain, name: function.name, overload: function.overload)
  }
}

extension ONNXOperatorName: CustomStringConvertible {
  var description: String { domain.isEmpty ? name : "\(domain).\(name)" }
}
