import Foundation
import ProgramIR
import SwiftProtobuf
import TestKit
import Testing

@testable import ProgramFormats

/// ONNX files that must be refused, each with the words that people need to see.
@Suite struct ONNXRefusalTests {
  struct Unsound: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let words: String
    let reason: FormatError.Reason
    let model: ONNXModelProto

    init(
      _ description: String, says words: String, _ reason: FormatError.Reason = .malformed,
      _ change: (inout ONNXModelProto) -> Void
    ) {
      testDescription = description
      self.words = words
      self.reason = reason
      model = ONNXFixture.linear.changed(change)
    }
  }

  @Test(arguments: models + graphs + attributes)
  func refused(_ unsound: Unsound) throws {
    let error = try #require(throws: FormatError.self) { try unsound.model.read() }
    #expect(error.description.contains(unsound.words), "\(error)")
    #expect(error.description.hasPrefix("model.onnx: "))
    #expect(error.reason == unsound.reason)
  }

  static let models: [Unsound] = [
    Unsound("old format", says: "version 2 of the ONNX format", .unsupported) { $0.irVersion = 2 },
    Unsound("new format", says: "versions 3 to 14 are read", .unsupported) { $0.irVersion = 15 },
    Unsound("no operator sets", says: "does not say which operator sets it uses") {
      $0.opsetImport = []
    },
    Unsound(
      "old operators", says: "version 6 of the operator set 'ai.onnx', and versions 7 to 28",
      .unsupported
    ) { $0.opsetImport = [ONNXFixture.operatorSet("", 6)] },
    Unsound("new operators", says: "version 29 of the operator set 'ai.onnx'", .unsupported) {
      $0.opsetImport = [ONNXFixture.operatorSet("ai.onnx", 29)]
    },
    Unsound("version below zero", says: "version -1 of the operator set", .unsupported) {
      $0.opsetImport = [ONNXFixture.operatorSet("", -1)]
    },
    Unsound(
      "new classical operators",
      says: "version 6 of the operator set 'ai.onnx.ml', and versions 1 to 5", .unsupported
    ) { $0.opsetImport.append(ONNXFixture.operatorSet("ai.onnx.ml", 6)) },
    Unsound("two versions", says: "versions 17 and 18 of the operator set 'ai.onnx' at once") {
      $0.opsetImport.append(ONNXFixture.operatorSet("ai.onnx", 18))
    },
    Unsound("operators of no set", says: "which version of the operator set 'com.example'") {
      $0.graph.node[0].domain = "com.example"
    },
    Unsound("standard operators of no set", says: "which version of the operator set 'ai.onnx'") {
      $0.opsetImport = [ONNXFixture.operatorSet("ai.onnx.ml", 1)]
    },
    Unsound("no graph", says: "holds no graph") { $0.clearGraph() },
  ]

  static let graphs: [Unsound] = [
    Unsound("no outputs", says: "the graph has no outputs") { $0.graph.output = [] },
    Unsound("missing initialiser", says: "node 'Add_1' reads 'b', which is no input, init") {
      $0.graph.initializer.removeLast()
    },
    Unsound("missing node", says: "node 'Add_0' reads 'product'") {
      $0.graph.node.removeFirst()
    },
    Unsound("cycle", says: "needs what follows from itself") {
      $0.graph.node[0].input[0] = "y"
    },
    Unsound("cycle of one", says: "node 'scale' needs what follows from itself") {
      $0.graph.node[0].input[0] = "product"
    },
    Unsound("two definitions", says: "node 'Add_1' defines 'product', which is defined already") {
      $0.graph.node[1].output[0] = "product"
    },
    Unsound("a node that defines an input", says: "node 'Add_1' defines 'x'") {
      $0.graph.node[1].output.append("x")
    },
    Unsound("a node that defines an initialiser", says: "node 'Add_1' defines 'w'") {
      $0.graph.node[1].output.append("w")
    },
    Unsound("two inputs", says: "the graph has two inputs 'x'") {
      $0.graph.input.append(ONNXFixture.value("x"))
    },
    Unsound("two outputs", says: "the graph has two outputs 'y'") {
      $0.graph.output.append(ONNXFixture.value("y"))
    },
    Unsound("two initialisers", says: "the graph has two initialisers 'w'") {
      $0.graph.initializer.append($0.graph.initializer[0])
    },
    Unsound("undefined output", says: "output 'z' of the graph is defined by no node") {
      $0.graph.output.append(ONNXFixture.value("z"))
    },
    Unsound("input without a name", says: "the graph has an input without a name") {
      $0.graph.input[0].name = ""
    },
    Unsound("output without a name", says: "the graph has an output without a name") {
      $0.graph.output[0].clearName()
    },
    Unsound("no operator", says: "node 'scale' names no operator") {
      $0.graph.node[0].clearOpType()
    },
    Unsound("sparse initialisers", says: "has sparse initialisers", .unsupported) {
      $0.graph.sparseInitializer = [.init()]
    },
  ]

  private static func withAttribute(
    _ description: String, says words: String, reason: FormatError.Reason = .malformed,
    _ attributes: ONNXAttributeProto...
  ) -> Unsound {
    Unsound(description, says: words, reason) { $0.graph.node[0].attribute = attributes }
  }

  static let attributes: [Unsound] = [
    withAttribute(
      "sparse tensor", says: "attribute 'a' of node 'scale' is no number", reason: .unsupported,
      ONNXFixture.attribute("a", .sparseTensor)),
    withAttribute(
      "type", says: "is no number, text", reason: .unsupported,
      ONNXFixture.attribute("a", .typeProtos)),
    withAttribute(
      "no type", says: "is no number, text", reason: .unsupported, .with { $0.name = "a" }),
    withAttribute(
      "empty tensor", says: "attribute 'a' of node 'scale' is empty",
      ONNXFixture.attribute("a", .tensor)),
    withAttribute("empty graph", says: "is empty", ONNXFixture.attribute("a", .graph)),
    withAttribute(
      "twice", says: "node 'scale' has two attributes 'a'",
      ONNXFixture.attribute("a", .int), ONNXFixture.attribute("a", .float)),
    withAttribute(
      "not UTF-8", says: "is no text in UTF-8", reason: .unsupported,
      ONNXFixture.attribute("a", .string) { $0.s = Data([0xFF]) }),
    withAttribute(
      "one of a function", says: "an attribute 'b' of a function", reason: .unsupported,
      ONNXFixture.attribute("a", .int) { $0.refAttrName = "b" }),
    withAttribute(
      "unsound tensor", says: "attribute 'a' of node 'scale' declares float[3]",
      ONNXFixture.attribute("a", .tensor) { $0.t = ONNXFixture.tensor("", .float, [3]) }),
    withAttribute(
      "unsound graph", says: "output 'z' of the graph in attribute 'a' of node 'scale'",
      ONNXFixture.attribute("a", .graph) { $0.g = ONNXFixture.graph([], outputs: ["z"]) }),
  ]

  // MARK: Bytes

  @Test func everyTruncation() throws {
    let bytes = try ONNXFixture.linear.bytes
    _ = try ONNXModel.read(bytes, named: "model.onnx")
    for count in 0..<bytes.count {
      #expect(throws: FormatError.self, "\(count) of \(bytes.count)") {
        try ONNXModel.read(Array(bytes.prefix(count)), named: "model.onnx")
      }
    }
  }

  /// Whatever comes of it, it comes to an end.
  @Test func everyChangedByte() throws {
    let bytes = try ONNXFixture.linear.bytes
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        _ = try? ONNXModel.read(changed, named: "model.onnx")
      }
    }
  }

  @Test(arguments: [
    ([], FormatError.Reason.malformed, "the file is empty"),
    (Array("hello".utf8), .unsupported, "this is not an ONNX model"),
    ([0x50, 0x4B, 3, 4], .unsupported, "this is not an ONNX model"),
    ([8, 7, 0x12, 7, 112, 121], .malformed, "ends in the middle of the model"),
    ([8, 7, 0x12, 1, 0xFF], .malformed, "is not UTF-8"),
    ([8, 7, 0x12, 1, 65, 0x0F], .malformed, "not a sound protocol buffer"),
  ])
  func otherBytes(_ bytes: [UInt8], reason: FormatError.Reason, words: String) throws {
    let error = try #require(throws: FormatError.self) {
      try ONNXModel.read(bytes, named: "model.onnx")
    }
    #expect(error.description.contains(words), "\(error)")
    #expect(error.reason == reason)
  }

  @Test func missingFileAndFolder() throws {
    let missing = try #require(throws: FormatError.self) {
      try ONNXModel.read(from: "no/such/model.onnx")
    }
    #expect(missing.description == "no/such/model.onnx: there is no such file; check the path")
    #expect(missing.reason == .missing)
    let recognition = try #require(throws: FormatError.self) {
      try ONNXModel.recognizes(fileAt: "no/such/model.onnx")
    }
    #expect(recognition == missing)
    let folder = try #require(throws: FormatError.self) {
      try ONNXModel.read(from: packageRoot.path)
    }
    #expect(folder.description.contains("this is a folder"))
  }

  /// A file with a hole takes no room on the disk.
  @Test func fileBeyondTheLimitOfTheFormat() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(ONNXFixture.linear.bytes, to: "model.onnx")
    #expect(truncate(path, 1 << 31) == 0)
    let error = try #require(throws: FormatError.self) { try ONNXModel.read(from: path) }
    #expect(error.description.contains("longer than the 2 GB"), "\(error)")
    #expect(error.reason == .unsupported)
  }

  /// Empty messages take two bytes in the file and much more when they are decoded.
  @Test(
    arguments: [
      ([0x0a, 0], 1), ([0x0a, 4, 0x2a, 2, 0x2a, 0], 3), ([0x0a, 4, 0x0a, 0, 0x12, 0], 3),
    ] as [([UInt8], Int)])
  func messagesWithoutEnd(node: [UInt8], messageCount: Int) throws {
    func graph(of count: Int) throws -> [UInt8] {
      let content = Array(repeatElement(node, count: count).joined())
      let length = content.count
      let digits = (0..<4).map { UInt8(length >> (7 * $0) & 0x7f) | ($0 < 3 ? 0x80 : 0) }
      return try ONNXFixture.linear.bytes + [0x3a] + digits + content
    }
    let limit = ONNXMessageCount.limit / messageCount
    let error = try #require(throws: FormatError.self) {
      try ONNXModel.read(try graph(of: limit), named: "model.onnx")
    }
    #expect(error.description.contains("more than 1000000 nodes"), "\(error)")
    #expect(error.reason == .unsupported)
    let other = try #require(throws: FormatError.self) {
      try ONNXModel.read(try graph(of: 9), named: "model.onnx")
    }
    #expect(!other.description.contains("1000000"), "\(other)")
  }

  // MARK: What a file is

  @Test func fieldsInAnyOrder() throws {
    let model = ONNXFixture.linear
    let graph: [UInt8] = try ONNXModelProto.with { $0.graph = model.graph }.serializedBytes()
    let rest: [UInt8] = try model.changed { $0.clearGraph() }.serializedBytes()
    let version: [UInt8] = try ONNXModelProto.with { $0.irVersion = 8 }.serializedBytes()
    let operatorSets: [UInt8] = try ONNXModelProto.with {
      $0.opsetImport = model.opsetImport
    }.serializedBytes()
    for bytes in [graph + rest, operatorSets + graph + version, operatorSets + version + graph] {
      _ = try ONNXModel.read(bytes, named: "model.onnx")
      let error = try #require(throws: FormatError.self) {
        try Program.read(bytes, named: "model.onnx")
      }
      #expect(error.description.contains("this is an ONNX model"))
    }
  }

  @Test(arguments: [
    "2015,1\n", ":12\n", "B", "hello", "\u{8}", "\u{8}\u{7}", "\u{8}\u{7}{}", ":\u{5}\n", "r",
  ])
  func otherFiles(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(text.utf8), to: "file")
    #expect(try !ONNXModel.recognizes(fileAt: path))
  }
}
