import ProgramIR

/// Turns the graph of an exported program into calls.
struct PT2GraphReader {
  private let module: PT2Schema.GraphModule
  private var nodes: [Node] = []
  private var types: [String: TensorType] = [:]
  private var scalars: [String: ScalarType] = [:]

  /// A reader of one graph.
  init(_ module: PT2Schema.GraphModule) {
    self.module = module
  }

  /// The program without its weights.
  consuming func program(producer: String) throws(FormatError) -> Program {
    try append(module.graph, of: Region())
    return Program(
      inputs: try inputs(), nodes: nodes, outputs: try outputs(), weights: [:],
      types: types, scalars: scalars, producer: producer)
  }

  // MARK: Signature

  private func inputs() throws(FormatError) -> [Program.Input] {
    var inputs: [Program.Input] = []
    for (index, specification) in module.signature.inputSpecs.enumerated() {
      switch specification {
      case .user(.argument(.tensor(let name))), .user(.argument(.integer(.value(let name)))):
        inputs.append(.init(name: name, source: .user))
      case .user(.argument), .constant:
        // A constant was built into the graph when the model was exported.
        continue
      case .parameter(let value, let name):
        inputs.append(.init(name: value, source: .parameter(name)))
      case .buffer(let value, let name):
        inputs.append(.init(name: value, source: .buffer(name)))
      case .tensorConstant(let value, let name):
        inputs.append(.init(name: value, source: .constant(name)))
      case .user(.graph): throw unsupported("input \(index)", "a graph")
      case .user(.unsupported(let kind)), .unsupported(let kind):
        throw unsupported("input \(index)", kind)
      }
    }
    return inputs
  }

  private func outputs() throws(FormatError) -> [Program.Output] {
    var outputs: [Program.Output] = []
    for (index, specification) in module.signature.outputSpecs.enumerated() {
      switch specification {
      case .user(.argument(.tensor(let name))), .user(.argument(.integer(.value(let name)))),
        .user(.argument(.real(.value(let name)))), .user(.argument(.truth(.value(let name)))):
        outputs.append(.init(name: name, purpose: .result))
      case .user(.argument(.none)): continue
      case .bufferMutation(let value, let name):
        outputs.append(.init(name: value, purpose: .bufferUpdate(name)))
      case .user(.argument): throw unsupported("output \(index)", "a constant")
      case .user(.graph): throw unsupported("output \(index)", "a graph")
      case .user(.unsupported(let kind)), .unsupported(let kind):
        throw unsupported("output \(index)", kind)
      }
    }
    return outputs
  }

  private func unsupported(_ place: String, _ kind: String) -> FormatError {
    FormatError(
      .unsupported,
      "\(place) of the program is \(kind), which is not supported; let the model's forward take "
        + "and return plain tensors, then " + ExportAdvice.exportAgain)
  }

  // MARK: Calls

  /// Where calls stand: in the program itself or in a region that is put in its place.
  private struct Region {
    /// What the region's own names start with, so that they are unique in the program.
    var prefix = ""
    /// The region's inputs under the names that the program knows them by.
    var inputs: [String: String] = [:]

    func name(_ name: String) -> String { inputs[name] ?? prefix + name }
  }

  private mutating func append(
    _ graph: PT2Schema.Graph, of region: Region
  ) throws(FormatError) {
    for (name, meta) in graph.tensorValues {
      guard let dataType = DataType(rawValue: meta.dtype) else {
        throw FormatError(
          .unsupported, "value '\(name)' has the unknown data type \(meta.dtype); use float32")
      }
      types[region.name(name)] = TensorType(
        dataType: dataType, sizes: meta.sizes.map(\.dimension))
    }
    let kinds: [(ScalarType.Kind, [String: PT2Schema.Scalar]?)] = [
      (.integer, graph.integerValues), (.real, graph.realValues), (.truth, graph.truthValues),
    ]
    for (kind, values) in kinds {
      for (name, value) in values ?? [:] {
        scalars[region.name(name)] = ScalarType(kind, expression: value.expression)
      }
    }
    for exported in graph.nodes {
      let outputs = try outputs(of: exported).map { $0.renamingValues(region.name) }
      let name = region.prefix + (exported.name ?? "call_\(nodes.count)")
      if exported.target == "torch.ops.higher_order.wrap_with_set_grad_enabled" {
        try appendGradientRegion(exported, name: name, outputs: outputs, in: region)
        continue
      }
      guard let operation = OperatorName(exported: exported.target) else {
        throw FormatError(
          .unsupported,
          "call '\(name)' is of '\(exported.target)', which is not the name of an operator; "
            + "replace it in the model, then " + ExportAdvice.exportAgain)
      }
      var arguments: [Node.NamedArgument] = []
      arguments.reserveCapacity(exported.inputs.count)
      for input in exported.inputs {
        let argument = try argument(input, of: name)
        arguments.append(.init(input.name, argument.renamingValues(region.name)))
      }
      nodes.append(
        Node(name: name, operation: operation, arguments: arguments, outputs: outputs))
    }
  }

  /// Puts the calls of a region in place; where gradients are off, its results are detached.
  private mutating func appendGradientRegion(
    _ exported: PT2Schema.Node, name: String, outputs: [Node.Output], in region: Region
  ) throws(FormatError) {
    let values = exported.inputs.map(\.arg)
    guard values.count >= 2, case .argument(.truth(.constant(let enabled))) = values[0],
      case .graph(let body) = values[1], body.inputs.count == values.count - 2
    else { throw unsupportedRegion(name) }
    var inner = Region(prefix: "\(name).")
    for (input, value) in zip(body.inputs, values.dropFirst(2)) {
      guard case .argument(let formal) = input, case .argument(let actual) = value,
        let formalName = formal.valuesRead.first, let actualName = actual.valuesRead.first,
        formal.valuesRead.count == 1, actual.valuesRead.count == 1
      else { throw unsupportedRegion(name) }
      inner.inputs[formalName] = region.name(actualName)
    }
    try append(body, of: inner)
    let results = outputs.flatMap(\.tensorNames)
    guard results.count == body.outputs.count else { throw unsupportedRegion(name) }
    for (index, pair) in zip(results, body.outputs).enumerated() {
      guard case .argument(.tensor(let bodyName)) = pair.1 else { throw unsupportedRegion(name) }
      nodes.append(
        Node(
          name: "\(name).result_\(index)",
          operation: OperatorName(enabled ? "alias" : "detach"),
          arguments: [.init("self", .tensor(inner.name(bodyName)))],
          outputs: [.tensor(pair.0)]))
    }
  }

  private func unsupportedRegion(_ name: String) -> FormatError {
    FormatError(
      .unsupported,
      "call '\(name)' is a region without gradients that does more than take and return tensors; "
        + "remove torch.no_grad from the model, then " + ExportAdvice.exportAgain)
  }

  private func argument(
    _ input: PT2Schema.NamedValue, of node: String
  ) throws(FormatError) -> Node.Argument {
    let kind: String
    switch input.arg {
    case .argument(let argument): return argument
    case .graph: kind = "a graph"
    case .unsupported(let reason): kind = reason
    }
    throw FormatError(
      .unsupported,
      "call '\(node)': argument '\(input.name)' is \(kind), which is not supported; change the "
        + "model, then " + ExportAdvice.exportAgain)
  }

  private func outputs(of node: PT2Schema.Node) throws(FormatError) -> [Node.Output] {
    var outputs: [Node.Output] = []
    for output in node.outputs {
      switch output {
      case .argument(.tensor(let name)): outputs.append(.tensor(name))
      case .argument(.tensors(let names)): outputs.append(.tensors(names))
      case .argument(.integer(.value(let name))), .argument(.real(.value(let name))),
        .argument(.truth(.value(let name))):
        outputs.append(.scalar(name))
      case .argument(.none): outputs.append(.none)
      case .argument, .graph, .unsupported:
        throw FormatError(
          .unsupported,
          "call '\(node.name ?? node.target)' returns something that is neither a tensor nor a "
            + "size; change the model, then " + ExportAdvice.exportAgain)
      }
    }
    return outputs
  }
}

extension PT2Schema.Size {
  fileprivate var dimension: TensorType.Dimension {
    switch self {
    case .fixed(let size): .fixed(size)
    case .expression(let text): .dynamic(text)
    }
  }
}

extension Node.Output {
  fileprivate var tensorNames: [String] {
    switch self {
    case .tensor(let name): [name]
    case .tensors(let names): names
    case .scalar, .none: []
    }
  }
}
