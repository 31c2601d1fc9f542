import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// Graphs, the graphs inside their nodes, and functions.
extension Lowering {
  /// Lowers all nodes of a graph in a scope of their own.
  ///
  /// - Parameters:
  ///   - graph: whose inputs are bound in the scope by then.
  ///   - values: what the graph's inputs are.
  /// - Returns: the values of its outputs.
  mutating func lower(
    _ graph: ONNXGraph, binding values: [String: LoweredValue] = [:]
  ) throws(LoweringError) -> [LoweredValue] {
    scopes.append(values)
    defer { scopes.removeLast() }
    for (name, tensor) in graph.initializers where values[name] == nil {
      scopes[scopes.count - 1][name] = try constant(tensor, named: name)
    }
    try lower(graph.nodes, keeping: Set(graph.outputs.map(\.name)))
    return try graph.outputs.map { output throws(LoweringError) in try value(named: output.name) }
  }

  /// A tensor of the file.
  ///
  /// Reals of the graph itself are what training may change, if there is more than one; a tensor inside
  /// a branch, a loop or a function has no place of its own that it could be written back to.
  mutating func constant(
    _ tensor: ONNXTensor, named name: String? = nil
  ) throws(LoweringError) -> LoweredValue {
    let engineTensor: Tensor
    do throws(EngineError) {
      engineTensor = try Tensor(tensor.weight)
    } catch {
      throw failure("the tensor \(name ?? "in it") cannot be used: \(error.message)")
    }
    let isTrainable = tensor.weight.dataType == .float32 && tensor.weight.elementCount > 1
    let type = tensor.dataType.isPacked ? tensor.dataType : nil
    return constant(
      engineTensor,
      origin: isInMainGraph
        ? name.map { LoweredConstant.Origin(name: $0, isTrainable: isTrainable) } : nil,
      standingFor: type)
  }

  /// Whether what is lowered now is no part of a branch, a loop or a function.
  var isInMainGraph: Bool { scopes.count <= 2 }

  private mutating func lower(
    _ nodes: [ONNXNode], keeping kept: Set<String>
  ) throws(LoweringError) {
    // All of them are lowered, so that too many are refused before the first.
    nodeCount += nodes.count
    guard nodeCount <= Self.mostNodes else {
      throw failure(
        "the model has more than \(Self.mostNodes) nodes, those of functions and loops counted each "
          + "time that they run")
    }
    let lastReaders = try lastReaders(of: nodes)
    for (index, node) in nodes.enumerated() {
      let outer = current
      current = node
      let (callCount, stepCount) = (program.nodes.count, steps.count)
      let results = try results(of: node)
      for index in stepCount..<steps.count where steps[index].node.name == node.name {
        steps[index].calls = steps[index].calls ?? callCount..<program.nodes.count
      }
      for (name, value) in zip(node.outputs, results) where !name.isEmpty {
        scopes[scopes.count - 1][name] = value
      }
      if let missing = node.outputs.dropFirst(results.count).first(where: { !$0.isEmpty }) {
        throw failure("its result \(missing) is not supported")
      }
      current = outer
      // Examples of what nobody reads any more only take memory.
      for name in lastReaders[index] ?? [] where !kept.contains(name) {
        scopes[scopes.count - 1][name] = nil
      }
    }
  }

  private func value(named name: String) throws(LoweringError) -> LoweredValue {
    for scope in scopes.reversed() {
      guard let value = scope[name] else { continue }
      if let example = value.example { try check(emptyOf: example.shape) }
      return value
    }
    throw failure("it reads \(name), which nothing before it defines")
  }

  private mutating func results(of node: ONNXNode) throws(LoweringError) -> [LoweredValue] {
    let inputs = try node.inputs.map { name throws(LoweringError) in
      name.isEmpty ? nil : try value(named: name)
    }
    let domain = node.domain == "ai.onnx" ? "" : node.domain
    if let function = functions[FunctionName(name: node.operation, domain: node.domain)] {
      return try results(of: function, called: node, inputs)
    }
    let name = domain.isEmpty ? node.operation : "\(domain)::\(node.operation)"
    guard let lowering = OperatorTable.lowerings[name] else {
      throw LoweringError(
        node: node.name, operation: node.spelledOperation,
        reason: OperatorTable.random.contains(name)
          ? "the model is random: its answer for one picture would change from call to call"
          : "this operator is not supported", isUnknownOperator: true)
    }
    guard let version = operatorSets[domain] ?? operatorSets[node.domain] else {
      throw failure("the model does not say which version of its operator set it uses")
    }
    let isPreparation = OperatorTable.preparing.contains(name) && prepares(inputs)
    let call = Call(
      node: node, inputs: isPreparation ? inputs.map { $0.map { untrained($0) } } : inputs,
      version: version)
    let results = try results(of: lowering, named: name, for: call)
    return isPreparation ? results.map(\.stillPicture) : results
  }

  /// The first result of an operator of the standard set, with the settings of a node.
  mutating func standard(
    _ name: String, _ inputs: [LoweredValue?], _ call: Call, version: Int
  ) throws(LoweringError) -> LoweredValue {
    guard let lowering = OperatorTable.lowerings[name] else {
      throw failure("\(name) is not supported")
    }
    return try lowering(&self, Call(node: call.node, inputs: inputs, version: version))[0]
  }

  /// Lowers the body of a function in place of its call.
  private mutating func results(
    of function: ONNXModel.Function, called node: ONNXNode, _ inputs: [LoweredValue?]
  ) throws(LoweringError) -> [LoweredValue] {
    guard scopes.count < Self.deepestNesting else {
      throw failure("functions are nested too deeply")
    }
    var scope: [String: LoweredValue] = [:]
    for (name, value) in zip(function.inputs, inputs) { scope[name] = value }
    let outerScopes = scopes
    scopes = Array(repeating: [:], count: scopes.count) + [scope]
    defer { scopes = outerScopes }
    var nodes = function.nodes
    for (index, references) in function.attributeReferences where nodes.indices.contains(index) {
      for (attribute, reference) in references {
        nodes[index].attributes[attribute] =
          node.attributes[reference] ?? function.attributeDefaults[reference]
      }
    }
    // A name inside a function that is optional and left out reads as nothing.
    let absent = Set(function.inputs).subtracting(scope.keys)
    for index in nodes.indices {
      nodes[index].inputs = nodes[index].inputs.map { absent.contains($0) ? "" : $0 }
    }
    let outerSets = operatorSets
    operatorSets = function.operatorSets
    defer { operatorSets = outerSets }
    try lower(nodes, keeping: Set(function.outputs))
    return try function.outputs.prefix(node.outputs.count).map { name throws(LoweringError) in
      try value(named: name)
    }
  }

  private static let deepestNesting = 32
  /// The most nodes that are lowered, those of functions and loops each time.
  private static let mostNodes = 100_000

  /// The most names that are looked at: loops do so in each round, for branches that are not taken too.
  private static let mostNames = 1 << 21

  /// For each node, the names that no later one reads.
  private mutating func lastReaders(
    of nodes: [ONNXNode]
  ) throws(LoweringError) -> [Int: [String]] {
    var readers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      let names = node.outputs + node.namesRead
      nameCount += names.count
      guard nameCount <= Self.mostNames else {
        throw failure("with functions and loops the model reads more than \(Self.mostNames) values")
      }
      for name in names where !name.isEmpty { readers[name] = index }
    }
    return Dictionary(grouping: readers.keys) { readers[$0] ?? 0 }
  }
}

extension ONNXDataType {
  /// Whether the elements are wider in memory than they are in the file.
  fileprivate var isPacked: Bool { (bitCount ?? 8) < 8 }
}
