import Foundation
import ProgramIR
import SwiftProtobuf

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
      message.graph = graph
    }
    try message.forEachTensor { tensor throws(FormatError) in try bringInside(&tensor) }
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
    try giveStatistics(to: &graph)
    for index in graph.node.indices where graph.node[index].isConstant {
      guard let name = graph.node[index].output.first, let weight = weights[name] else { continue }
      for attribute in graph.node[index].attribute.indices
      where graph.node[index].attribute[attribute].hasT {
        try replace(&graph.node[index].attribute[attribute].t, named: name, by: weight)
      }
    }
  }

  /// Gives normalisations the running statistics that they shared with weights or with one another.
  ///
  /// They come as constants, which are the same in all versions of the format.
  private mutating func giveStatistics(to graph: inout ONNXGraphProto) throws(FormatError) {
    var constants: [ONNXNodeProto] = []
    for index in graph.node.indices where graph.node[index].isNormalization {
      for statistic in ONNXStatistic.allCases
      where graph.node[index].input.indices.contains(statistic.rawValue) {
        let name = statistic.ownName(forNodeDefining: graph.node[index].output.first ?? "")
        guard unknownNames.contains(name), let weight = weights[name] else { continue }
        graph.node[index].input[statistic.rawValue] = name
        constants.append(try constant(name, weight))
        unknownNames.remove(name)
      }
    }
    graph.node.insert(contentsOf: constants, at: 0)
  }

  /// A node that defines a weight.
  private mutating func constant(
    _ name: String, _ weight: Weight
  ) throws(FormatError) -> ONNXNodeProto {
    guard weight.dataType == .float32, weight.fitsStorage else {
      throw FormatError(
        .unsupported,
        "the running statistic '\(name)' is \(weight.dataType)\(weight.sizes), and only Float32 is written"
      )
    }
    var data = Data(count: weight.elementCount * weight.dataType.byteCount)
    data.withUnsafeMutableBytes { weight.copyElements(to: $0) }
    try reserve(data.count)
    return .with {
      $0.name = name
      $0.opType = "Constant"
      $0.output = [name]
      $0.attribute = [
        .with {
          $0.name = "value"
          $0.type = .tensor
          $0.t.dataType = Int32(ONNXDataType.float.rawValue)
          $0.t.dims = weight.sizes.map(Int64.init)
          $0.t.rawData = data
        }
      ]
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

  /// Takes numbers from a file beside the model into the message.
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

  fileprivate var isNormalization: Bool { ONNXStatistic.isNormalization(opType, domain) }
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
