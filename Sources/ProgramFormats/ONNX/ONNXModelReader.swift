/// Turns the message of a whole file into plain values.
struct ONNXModelReader {
  /// The newest version of the format itself that is read.
  static let newestFormat = 14
  /// The oldest: the first in which a file names its operator sets.
  static let oldestFormat = 3

  private var tensors: ONNXTensorReader

  /// A reader that finds weights outside the message where it is told.
  init(externalData: ONNXExternalData) {
    tensors = ONNXTensorReader(externalData: externalData)
  }

  /// The model.
  mutating func model(_ message: consuming ONNXModelProto) throws(FormatError) -> ONNXModel {
    let format = Int(message.irVersion)
    guard (Self.oldestFormat...Self.newestFormat).contains(format) else {
      throw FormatError(
        .unsupported,
        "the file is written in version \(format) of the ONNX format (ir_version), and versions "
          + "\(Self.oldestFormat) to \(Self.newestFormat) are read; export or convert it to one "
          + "of those")
    }
    let operatorSets = try ONNXOperatorSets(message.opsetImport, place: "the model")
    let producer = "\(message.producerName) \(message.producerVersion)"
    guard message.hasGraph else {
      throw FormatError(.malformed, "the file holds no graph; export the model again")
    }
    var calls = try ONNXFunctionCalls(message.functions)
    let functions = try functions(message.functions, calls: &calls)
    var reader = ONNXGraphReader(
      operatorSets: operatorSets.versions, functionNames: calls.names, tensors: tensors)
    // The message lets go of the graph, so that each weight is in memory once when it was read.
    var rest = message.graph
    let metadata = message.metadataProps
    message = ONNXModelProto()
    let graph = try reader.mainGraph(&rest)
    try calls.checkExpansion(of: reader.calls, nodeCount: reader.nodeCount)
    return ONNXModel(
      operatorSets: operatorSets.versions,
      producer: producer.split(separator: " ").joined(separator: " "),
      graph: graph, functions: functions,
      metadata: Dictionary(metadata.map { ($0.key, $0.value) }) { _, last in last })
  }

  /// The functions, and what each calls.
  private mutating func functions(
    _ messages: [ONNXFunctionProto], calls: inout ONNXFunctionCalls
  ) throws(FormatError) -> [ONNXModel.Function] {
    var functions: [ONNXModel.Function] = []
    for message in messages {
      let place = "function '\(ONNXOperatorName(message))'"
      let operatorSets = try ONNXOperatorSets(message.opsetImport, place: place)
      var reader = ONNXGraphReader(
        operatorSets: operatorSets.versions, functionNames: calls.names, tensors: tensors)
      functions.append(try reader.function(message, place: place))
      calls.add(ONNXOperatorName(message), calling: reader.calls, nodeCount: reader.nodeCount)
    }
    return functions
  }
}
