import Foundation
import ProgramIR

/// Puts other numbers into the message of a model, and all numbers from files beside it.
struct ONNXWeightWriter {
  /// The error for a model that is longer than protocol buffers may be.
  static let excess = FormatError(
    .unsupported,
    "with all its weights inside, the file would be longer than the 2 GB that an ONNX model may "
      + "have; such models are not written")

  private let weights: [String: Weight]
  private var unknownNames: Set<String>
  private var externalData: ONNXExternalData
  /// How long the file is going to be, roughly.
  private var byteCount: Int

  /// A writer of some weights, by name.
  ///
  /// - Parameters:
  ///   - externalData: where numbers outside the message are.
  ///   - byteCount: how long the message is.
  init(_ weights: [String: Weight], externalData: ONNXExternalData, byteCount: Int) {
    self.weights = weights
    unknownNames = Set(weights.keys)
    self.externalData = externalData
    self.byteCount = byteCount
  }

  /// Replaces the weights in a model.
  mutating func replaceWeights(of message: inout ONNXModelProto) throws(FormatError) {
    if message.hasGraph {
      // Taken out and put back, so that nothing is copied meanwhile.
      var graph = message.graph
      message.clearGraph()
      try replaceWeights(of: &graph)
      try bringInside(&graph)
      message.graph = graph
    }
    for function in message.functions.indices {
      try bringInside(&message.functions[function].node)
      try bringInside(&message.functions[function].attributeProto)
    }
    if let name = unknownNames.min() {
      throw FormatError(
        .unsupported,
        "the model has no initialiser and no constant '\(name)' to replace; give a name that it has"
      )
    }
  }

  private mutating func replaceWeights(of graph: inout ONNXGraphProto) throws(FormatError) {
    for index in graph.initializer.indices {
      let name = graph.initializer[index].name
      if let weight = weights[name] {
        try replace(&graph.initializer[index], named: name, by: weight)
      }
    }
    for index in graph.node.indices where graph.node[index].isConstant {
      guard let name = graph.node[index].output.first, let weight = weights[name] else { continue }
      for attribute in graph.node[index].attribute.indices
      where graph.node[index].attribute[attribute].hasT {
        try replace(&graph.node[index].attribute[attribute].t, named: name, by: weight)
      }
    }
  }

  /// Gives a tensor of the message the numbers of a weight.
  private mutating func replace(
    _ tensor: inout ONNXTensorProto, named name: String, by weight: Weight
  ) throws(FormatError) {
    let layout = try ONNXTensorLayout(tensor, place: "weight '\(name)'")
    guard layout.dataType == weight.dataType, layout.sizes == weight.sizes,
      layout.type.bitCount == layout.dataType.byteCount * 8, weight.fitsStorage
    else {
      throw FormatError(
        .unsupported,
        "weight '\(name)' is \(layout.type)\(layout.sizes) in the model and cannot be replaced by "
          + "\(weight.dataType)\(weight.sizes); give it the same type and sizes")
    }
    var data = Data(count: layout.byteCount)
    data.withUnsafeMutableBytes { weight.copyElements(to: $0) }
    if tensor.dataLocation == .external { try reserve(layout.byteCount) }
    tensor.setNumbers(data)
    unknownNames.remove(name)
  }

  /// Counts bytes that the file is going to be longer.
  private mutating func reserve(_ count: Int) throws(FormatError) {
    guard count <= ONNXModelProto.byteLimit - byteCount else { throw Self.excess }
    byteCount += count
  }

  // MARK: External data

  private mutating func bringInside(_ graph: inout ONNXGraphProto) throws(FormatError) {
    for index in graph.initializer.indices { try bringInside(&graph.initializer[index]) }
    try bringInside(&graph.node)
  }

  private mutating func bringInside(_ nodes: inout [ONNXNodeProto]) throws(FormatError) {
    for index in nodes.indices { try bringInside(&nodes[index].attribute) }
  }

  private mutating func bringInside(_ attributes: inout [ONNXAttributeProto]) throws(FormatError) {
    for index in attributes.indices {
      if attributes[index].hasT { try bringInside(&attributes[index].t) }
      for tensor in attributes[index].tensors.indices {
        try bringInside(&attributes[index].tensors[tensor])
      }
      if attributes[index].hasG { try bringInside(&attributes[index].g) }
      for graph in attributes[index].graphs.indices {
        try bringInside(&attributes[index].graphs[graph])
      }
    }
  }

  private mutating func bringInside(_ tensor: inout ONNXTensorProto) throws(FormatError) {
    guard tensor.dataLocation == .external else { return }
    let place = "tensor '\(tensor.name)'"
    let layout = try ONNXTensorLayout(tensor, place: place)
    try reserve(layout.byteCount)
    let bytes = try externalData.bytes(tensor.externalData, layout, place: place)
    tensor.setNumbers(bytes.withBytes { Data($0) })
  }
}

extension ONNXNodeProto {
  /// Whether the node only defines a value.
  fileprivate var isConstant: Bool {
    opType == "Constant" && ONNXOperatorSets.canonical(domain).isEmpty
  }
}

extension ONNXTensorProto {
  /// Holds numbers as raw bytes and in no other way.
  fileprivate mutating func setNumbers(_ data: Data) {
    rawData = data
    floatData = []
    int32Data = []
    int64Data = []
    doubleData = []
    uint64Data = []
    externalData = []
    clearDataLocation()
  }
}
