import Foundation
import ProgramIR
import SwiftProtobuf
import TestKit
import Testing

@testable import ProgramFormats

/// Writing models again with other weights.
@Suite struct ONNXWritingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let constant = ONNXFixture.node(
    "Constant", [], ["c"],
    [ONNXFixture.attribute("value", .tensor) { $0.t = ONNXFixture.floats("", [7, 8]) }])

  /// The linear model with a constant, one weight in a typed field, and fields that are not known.
  private static func model() throws -> ONNXModelProto {
    var model = ONNXFixture.linear.changed {
      $0.graph.node.append(constant)
      $0.graph.node.append(ONNXFixture.node("Add", ["y", "c"], ["z"]))
      $0.graph.initializer[1] = ONNXFixture.tensor("b", .float, [2]) { $0.floatData = [0.5, -1] }
      $0.graph.initializer.append(
        ONNXFixture.tensor("shape", .int64, [2]) { $0.int64Data = [1, 2] })
    }
    // A doc_string of the model, value_info of the graph and a doc_string of a tensor.
    try model.unknownFields.append(field: 6, "about the model")
    try model.graph.unknownFields.append(field: 13, "types of values")
    try model.graph.initializer[0].unknownFields.append(field: 12, "about a weight")
    return model
  }

  private func write(
    _ weights: [String: Weight], of model: ONNXModelProto
  ) throws -> ONNXModelProto {
    let source = try folder.write(model.bytes, to: "source.onnx")
    let path = folder.path("written.onnx")
    try ONNXModel.write(replacing: weights, ofModelAt: source, to: path)
    return try ONNXModelProto(serializedBytes: Data(contentsOf: URL(filePath: path)))
  }

  @Test func onlyTheWeightsChange() throws {
    let model = try Self.model()
    let written = try write(
      [
        "w": Weight(float32: [10, 20], sizes: [2]), "b": Weight(float32: [30, 40], sizes: [2]),
        "c": Weight(float32: [50, 60], sizes: [2]), "shape": Weight(int64: [3, 4], sizes: [2]),
      ], of: model)
    let read = try written.read()
    #expect(read.graph.initializers["w"]?.weight.float32Elements == [10, 20])
    #expect(read.graph.initializers["b"]?.weight.float32Elements == [30, 40])
    guard case .tensor(let constant) = read.graph.nodes[2].attributes["value"] else {
      Issue.record("the constant is gone")
      return
    }
    #expect(constant.weight.float32Elements == [50, 60])
    let expected = model.changed {
      $0.graph.initializer[0].rawData = ONNXFixture.raw([10, 20] as [Float])
      $0.graph.initializer[1].rawData = ONNXFixture.raw([30, 40] as [Float])
      $0.graph.initializer[1].floatData = []
      $0.graph.initializer[2].rawData = ONNXFixture.raw([3, 4] as [Int64])
      $0.graph.initializer[2].int64Data = []
      $0.graph.node[2].attribute[0].t.rawData = ONNXFixture.raw([50, 60] as [Float])
    }
    #expect(written == expected)
  }

  /// Weight and statistics are one tensor in the file, and not in the new one.
  @Test func statisticsGetTensorsOfTheirOwn() throws {
    let model = ONNXFixture.model(
      [
        ONNXFixture.node("Identity", ["w"], ["v"]),
        ONNXFixture.node("BatchNormalization", ["x", "w", "b", "b", "v"], ["y"]),
      ], initializers: [ONNXFixture.floats("w", [1, 1]), ONNXFixture.floats("b", [0, 0])])
    let written = try write(
      [
        "w": Weight(float32: [3, 4], sizes: [2]),
        "y.running_mean": Weight(float32: [5, 6], sizes: [2]),
        "y.running_var": Weight(float32: [7, 8], sizes: [2]),
      ], of: model
    ).read()
    let norm = try #require(written.graph.nodes.first { $0.operation == "BatchNormalization" })
    #expect(norm.inputs == ["x", "w", "b", "y.running_mean", "y.running_var"])
    #expect(written.graph.initializers["w"]?.weight.float32Elements == [3, 4])
    #expect(written.graph.initializers["b"]?.weight.float32Elements == [0, 0])
    let constants = Dictionary(
      uniqueKeysWithValues: written.graph.nodes.compactMap { node in
        node.constantTensor.map { (node.name, $0.weight.float32Elements) }
      })
    #expect(constants == ["y.running_mean": [5, 6], "y.running_var": [7, 8]])
    let stranger = try #require(throws: FormatError.self) {
      try write(["z.running_mean": Weight(float32: [5, 6], sizes: [2])], of: model)
    }
    #expect(stranger.description.contains("no constant 'z.running_mean'"), "\(stranger)")
  }

  @Test func nothingReplacedIsTheSame() throws {
    let model = try Self.model()
    #expect(try write([:], of: model) == model)
  }

  @Test func aModelMayReplaceItself() throws {
    let path = try folder.write(ONNXFixture.linear.bytes, to: "model.onnx")
    try ONNXModel.write(
      replacing: ["w": Weight(float32: [1, 1], sizes: [2])], ofModelAt: path, to: path)
    let model = try ONNXModel.read(from: path)
    #expect(model.graph.initializers["w"]?.weight.float32Elements == [1, 1])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["model.onnx"])
  }

  @Test func weightsOfAnyLayout() throws {
    let model = ONNXFixture.linear.changed {
      $0.graph.initializer[0] = ONNXFixture.tensor("w", .float, [2, 3]) {
        $0.rawData = Data(count: 24)
      }
    }
    let storage = Weight(float32: [9, 1, 4, 2, 5, 3, 6], sizes: [7]).storage
    let transposed = Weight(
      dataType: .float32, sizes: [2, 3], strides: [1, 2], offset: 1, storage: storage)
    let written = try write(["w": transposed], of: model).read()
    #expect(written.graph.initializers["w"]?.weight.float32Elements == [1, 2, 3, 4, 5, 6])
  }

  @Test func externalDataComesInside() throws {
    try folder.write([UInt8](ONNXFixture.raw([1, 2, 3, 4] as [Float])), to: "weights.bin")
    let inner = ONNXFixture.graph(
      [
        ONNXFixture.node(
          "Constant", [], ["inner"],
          [
            ONNXFixture.attribute("value", .tensor) {
              $0.t = ONNXFixture.external("", in: "weights.bin", offset: "8")
            }
          ])
      ], outputs: ["inner"])
    let model = ONNXFixture.linear.changed {
      // Both weights are the same two numbers.
      $0.graph.initializer = ["w", "b"].map { ONNXFixture.external($0, in: "weights.bin") }
      $0.graph.initializer.append(
        ONNXFixture.external("small", in: "weights.bin", type: .int4, sizes: [3]))
      $0.graph.node.append(
        ONNXFixture.node(
          "If", ["x"], ["z"], [ONNXFixture.attribute("then_branch", .graph) { $0.g = inner }]))
    }
    let written = try write(["w": Weight(float32: [10, 20], sizes: [2])], of: model)
    // In memory, so nothing lies outside any more.
    let read = try written.read()
    #expect(read.graph.initializers["w"]?.weight.float32Elements == [10, 20])
    #expect(read.graph.initializers["b"]?.weight.float32Elements == [1, 2])
    #expect(written.graph.initializer[2].rawData == ONNXFixture.raw([1 as Float]).prefix(2))
    guard case .graph(let branch) = read.graph.nodes[2].attributes["then_branch"],
      case .tensor(let constant) = branch.nodes[0].attributes["value"]
    else {
      Issue.record("the branch is gone")
      return
    }
    #expect(constant.weight.float32Elements == [3, 4])
  }

  /// A file with a hole takes no room on the disk, and is refused before it is read.
  @Test func modelsBeyondTheLimitOfTheFormat() throws {
    let data = try folder.write([], to: "weights.bin")
    #expect(truncate(data, 4 << 30) == 0)
    let model = ONNXFixture.linear.changed {
      $0.graph.initializer = [
        ONNXFixture.external("w", in: "weights.bin", sizes: [1 << 29]),
        ONNXFixture.external("b", in: "weights.bin", offset: "16"),
      ]
    }
    let error = try #require(throws: FormatError.self) { try write([:], of: model) }
    #expect(error.description.contains("longer than the 2 GB"), "\(error)")
    #expect(error.description.hasPrefix(folder.path("source.onnx")))
    #expect(error.reason == .unsupported)
  }

  @Test(arguments: [
    ("w", Weight(float32: [1, 2, 3], sizes: [3]), "is float[2] in the model"),
    ("w", Weight(float32: [1, 2], sizes: [1, 2]), "cannot be replaced by float32[1, 2]"),
    ("w", Weight(int64: [1, 2], sizes: [2]), "cannot be replaced by int64[2]"),
    ("v", Weight(float32: [1, 2], sizes: [2]), "has no initialiser and no constant 'v'"),
    ("x", Weight(float32: [1, 2], sizes: [2]), "has no initialiser and no constant 'x'"),
  ])
  func refused(name: String, weight: Weight, words: String) throws {
    let error = try #require(throws: FormatError.self) {
      try write([name: weight], of: ONNXFixture.linear)
    }
    #expect(error.description.contains(words), "\(error)")
    #expect(error.reason == .unsupported)
    #expect(!FileManager.default.fileExists(atPath: folder.path("written.onnx")))
  }

  @Test func folderThatIsNotThere() throws {
    let source = try folder.write(ONNXFixture.linear.bytes, to: "source.onnx")
    let error = try #require(throws: FormatError.self) {
      try ONNXModel.write(
        replacing: [:], ofModelAt: source, to: folder.path("no/such/model.onnx"))
    }
    #expect(error.reason == .unwritable)
    #expect(error.description.hasPrefix(folder.path("no/such/model.onnx")))
  }

  @Test(.needs("models"), arguments: ["cifar10-resnet2b", "imagenet-mobilenetv2"])
  func realModels(name: String) throws {
    let source = SharedFolder.path("models/\(name).onnx")
    let weights = try ONNXModel.read(from: source).graph.initializers
      .filter { $0.value.dataType == .float }.mapValues(\.weight)
    let path = folder.path("written.onnx")
    try ONNXModel.write(replacing: weights, ofModelAt: source, to: path)
    let original = try ONNXModelProto(contentsOf: source)
    #expect(try ONNXModelProto(contentsOf: path) == original)
  }
}

extension UnknownStorage {
  /// Adds a field of bytes.
  fileprivate mutating func append(field: Int, _ text: String) throws {
    let content = Array(text.utf8)
    let message = try ONNXSparseTensorProto(
      serializedBytes: [UInt8(field << 3 | 2), UInt8(content.count)] + content)
    self = message.unknownFields
  }
}
