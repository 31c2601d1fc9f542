extension ONNXGraphReader {
  /// The settings of a node.
  struct Attributes {
    /// Those that the node gives, by name.
    var values: [String: ONNXAttribute] = [:]
    /// Which attribute of the function around it stands for one of the node's.
    var references: [String: String] = [:]
    /// Names of values outside that graphs among them read.
    var outerReads: Set<String> = []
  }

  /// Reads the settings of a node.
  ///
  /// - Parameters:
  ///   - place: what errors call the node.
  ///   - functionAttributes: the attributes of the function around it; `nil` in a graph.
  mutating func attributes(
    of node: ONNXNodeProto, place: String, functionAttributes: Set<String>?
  ) throws(FormatError) -> Attributes {
    var attributes = Attributes()
    var names: Set<String> = []
    for message in node.attribute {
      guard names.insert(message.name).inserted else {
        throw FormatError(
          .malformed, "\(place) has two attributes '\(message.name)'; export the model again")
      }
      if message.refAttrName.isEmpty {
        attributes.values[message.name] = try attribute(
          message, place: place, outerReads: &attributes.outerReads)
      } else if functionAttributes?.contains(message.refAttrName) ?? false {
        attributes.references[message.name] = message.refAttrName
      } else {
        throw FormatError(
          functionAttributes == nil ? .unsupported : .malformed,
          "attribute '\(message.name)' of \(place) stands for an attribute "
            + "'\(message.refAttrName)' of a function, which there is none around it; inline the "
            + "functions and export the model again")
      }
    }
    return attributes
  }

  /// Reads a setting that holds no graph which reads values outside.
  mutating func attribute(
    _ message: ONNXAttributeProto, place: String
  ) throws(FormatError) -> ONNXAttribute {
    var outerReads: Set<String> = []
    return try attribute(message, place: place, outerReads: &outerReads)
  }

  private mutating func attribute(
    _ message: ONNXAttributeProto, place: String, outerReads: inout Set<String>
  ) throws(FormatError) -> ONNXAttribute {
    let place = "attribute '\(message.name)' of \(place)"
    switch message.type {
    case .float: return .real(Double(message.f))
    case .int: return .integer(Int(message.i))
    case .string: return .string(try message.s.text(place: place))
    case .floats: return .reals(message.floats.map(Double.init))
    case .ints: return .integers(message.ints.map(Int.init))
    case .strings:
      var texts: [String] = []
      for bytes in message.strings { texts.append(try bytes.text(place: place)) }
      return .strings(texts)
    case .tensor where message.hasT: return .tensor(try tensors.tensor(message.t, place: place))
    case .tensors:
      var values: [ONNXTensor] = []
      for tensor in message.tensors { values.append(try tensors.tensor(tensor, place: place)) }
      return .tensors(values)
    case .graph where message.hasG:
      return .graph(try innerGraph(message.g, place: place, outerReads: &outerReads))
    case .graphs:
      var graphs: [ONNXGraph] = []
      for graph in message.graphs {
        graphs.append(try innerGraph(graph, place: place, outerReads: &outerReads))
      }
      return .graphs(graphs)
    case .tensor, .graph:
      throw FormatError(.malformed, "\(place) is empty; export the model again")
    case .undefined, .sparseTensor, .sparseTensors, .typeProto, .typeProtos:
      throw FormatError(
        .unsupported,
        "\(place) is no number, text, dense tensor or graph, and nothing else is supported; "
          + "export the model without it")
    }
  }

  private mutating func innerGraph(
    _ message: ONNXGraphProto, place: String, outerReads: inout Set<String>
  ) throws(FormatError) -> ONNXGraph {
    var message = message
    let (graph, reads) = try graph(&message, place: "the graph in \(place)")
    outerReads.formUnion(reads)
    return graph
  }
}
