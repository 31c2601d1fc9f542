import ProgramIR

/// Reads graphs, functions and their nodes, and checks that every value that is read is defined.
struct ONNXGraphReader {
  /// The versions of the operator sets that nodes may use.
  let operatorSets: [String: Int]
  /// The functions that nodes may call.
  let functionNames: Set<ONNXOperatorName>
  /// What reads the tensors.
  var tensors: ONNXTensorReader
  /// How many nodes were read, those of inner graphs included.
  var nodeCount = 0
  /// How often each function is called.
  var calls: [ONNXOperatorName: Int] = [:]
  /// What the graphs around the one that is read define, outermost first.
  var outerNames: [Set<String>] = []

  /// A reader of a model's graph or of one function.
  init(
    operatorSets: [String: Int], functionNames: Set<ONNXOperatorName>, tensors: ONNXTensorReader
  ) {
    self.operatorSets = operatorSets
    self.functionNames = functionNames
    self.tensors = tensors
  }

  /// Reads the graph of a model, and takes its weights out of the message.
  mutating func mainGraph(_ message: inout ONNXGraphProto) throws(FormatError) -> ONNXGraph {
    let graph = try graph(&message, place: "the graph").graph
    guard !graph.outputs.isEmpty else {
      throw FormatError(.malformed, "the graph has no outputs; export the model again")
    }
    return graph
  }

  /// Reads a graph, and takes its weights out of the message.
  ///
  /// - Parameter place: what errors call the graph.
  /// - Returns: the graph, and the names of values of outer graphs that it reads.
  mutating func graph(
    _ message: inout ONNXGraphProto, place: String
  ) throws(FormatError) -> (graph: ONNXGraph, outerReads: Set<String>) {
    guard message.sparseInitializer.isEmpty else {
      throw FormatError(
        .unsupported,
        "\(place) has sparse initialisers, which are not supported; make them dense and export "
          + "the model again")
    }
    let initializers = try initializers(of: &message, place: place)
    var inputs: [ONNXValueInfo] = []
    var names = Set(initializers.keys)
    var inputNames: Set<String> = []
    for input in message.input {
      let name = try Self.checked(input.name, "an input", place: place)
      guard inputNames.insert(name).inserted else {
        throw FormatError(
          .malformed, "\(place) has two inputs '\(name)'; export the model again")
      }
      if names.insert(name).inserted { inputs.append(ONNXValueInfo(input)) }
    }
    var outputNames: Set<String> = []
    for output in message.output {
      let name = try Self.checked(output.name, "an output", place: place)
      guard outputNames.insert(name).inserted else {
        throw FormatError(
          .malformed, "\(place) has two outputs '\(name)'; export the model again")
      }
    }
    let body = try body(
      message.node, given: names, results: message.output.map(\.name), place: place)
    let graph = ONNXGraph(
      name: message.name, nodes: body.nodes, inputs: inputs,
      outputs: message.output.map(ONNXValueInfo.init), initializers: initializers)
    return (graph, body.outerReads)
  }

  /// Reads the tensors one by one and forgets each in the message, because they are large.
  private mutating func initializers(
    of message: inout ONNXGraphProto, place: String
  ) throws(FormatError) -> [String: ONNXTensor] {
    var initializers: [String: ONNXTensor] = [:]
    while let tensor = message.initializer.popLast() {
      let name = try Self.checked(tensor.name, "an initialiser", place: place)
      let value = try tensors.tensor(tensor, place: "initialiser '\(name)'")
      try value.weight.checkNumbers(name: name, source: .buffer(name))
      guard initializers.updateValue(value, forKey: name) == nil else {
        throw FormatError(
          .malformed, "\(place) has two initialisers '\(name)'; export the model again")
      }
    }
    return initializers
  }

  /// Reads a function.
  ///
  /// - Parameter place: what errors call the function.
  mutating func function(
    _ message: ONNXFunctionProto, place: String
  ) throws(FormatError) -> ONNXModel.Function {
    var defaults: [String: ONNXAttribute] = [:]
    for attribute in message.attributeProto {
      let value = try self.attribute(attribute, place: place)
      guard defaults.updateValue(value, forKey: attribute.name) == nil else {
        throw FormatError(
          .malformed,
          "\(place) has two attributes '\(attribute.name)'; export the model again")
      }
    }
    var names: Set<String> = []
    for input in message.input {
      let name = try Self.checked(input, "an input", place: place)
      guard names.insert(name).inserted else {
        throw FormatError(
          .malformed, "\(place) has two inputs '\(name)'; export the model again")
      }
    }
    let body = try body(
      message.node, given: names, results: message.output, place: place,
      attributes: Set(message.attribute).union(defaults.keys))
    let name = ONNXOperatorName(message)
    return ONNXModel.Function(
      name: name.name, domain: name.domain, inputs: message.input, outputs: message.output,
      attributeNames: message.attribute + message.attributeProto.map(\.name),
      attributeDefaults: defaults,
      attributeReferences: body.attributeReferences, nodes: body.nodes, operatorSets: operatorSets)
  }

  /// A name that must not be empty.
  private static func checked(
    _ name: String, _ what: String, place: String
  ) throws(FormatError) -> String {
    guard !name.isEmpty else {
      throw FormatError(.malformed, "\(place) has \(what) without a name; export the model again")
    }
    return name
  }
}

extension ONNXValueInfo {
  /// What a message says; sizes below zero are taken for unknown ones.
  init(_ message: ONNXValueInfoProto) {
    let type = message.type.tensorType
    self.init(
      name: message.name,
      dataType: ONNXDataType(rawValue: Int(type.elemType)),
      sizes: type.hasShape ? type.shape.dim.map(Dimension.init) : nil)
  }
}

extension ONNXValueInfo.Dimension {
  fileprivate init(_ message: ONNXTensorShapeProto.Dimension) {
    switch message.value {
    case .dimValue(let size) where size >= 0: self = .fixed(Int(size))
    case .dimParam(let name) where !name.isEmpty: self = .named(name)
    default: self = .unknown
    }
  }
}
