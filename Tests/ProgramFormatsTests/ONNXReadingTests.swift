import Foundation
import ProgramIR
import SwiftProtobuf
import TestKit
import Testing

@testable import ProgramFormats

@Suite struct ONNXReadingTests {
  @Test func contents() throws {
    let model = try ONNXFixture.linear.changed {
      $0.metadataProps = [
        .with {
          $0.key = "Image.NominalPixelRange"
          $0.value = "Normalized_0_1"
        }
      ]
    }.read()
    #expect(model.operatorSets == ["": 17])
    #expect(model.producer == "test 1")
    #expect(model.metadata == ["Image.NominalPixelRange": "Normalized_0_1"])
    #expect(model.graph.name == "graph")
    #expect(model.graph.nodes.map(\.operation) == ["Mul", "Add"])
    #expect(model.graph.nodes.map(\.name) == ["scale", "Add_1"])
    #expect(model.graph.nodes.map(\.inputs) == [["x", "w"], ["product", "b"]])
    #expect(
      model.graph.inputs == [
        ONNXValueInfo(name: "x", dataType: .float, sizes: [.named("N"), .fixed(2)])
      ])
    #expect(model.graph.outputs.map(\.name) == ["y"])
    #expect(model.graph.initializers["w"]?.weight.float32Elements == [2, 3])
    #expect(model.graph.initializers["b"]?.weight.float32Elements == [0.5, -1])
  }

  @Test func fileAndMemoryGiveTheSame() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(ONNXFixture.linear.bytes, to: "model.onnx")
    #expect(try ONNXModel.recognizes(fileAt: path))
    let model = try ONNXModel.read(from: path)
    #expect(model.graph.nodes.map(\.name) == ["scale", "Add_1"])
    #expect(model.graph.initializers["w"]?.weight.float32Elements == [2, 3])
  }

  @Test func initialisersAmongInputsAreNoInputs() throws {
    let model = try ONNXFixture.linear.changed {
      $0.irVersion = 3
      $0.graph.input += ["w", "b"].map(ONNXFixture.value)
    }.read()
    #expect(model.graph.inputs.map(\.name) == ["x"])
    #expect(model.graph.initializers.keys.sorted() == ["b", "w"])
  }

  @Test func namesAreUnique() throws {
    let model = try ONNXFixture.model([
      ONNXFixture.node("Relu", ["x"], ["a"], name: "Relu_3"),
      ONNXFixture.node("Relu", ["a"], ["b"], name: "Relu_3"),
      ONNXFixture.node("Relu", ["b"], ["c"], name: "Relu_3_1"),
      ONNXFixture.node("Relu", ["c"], ["y"]),
    ]).read()
    #expect(model.graph.nodes.map(\.name) == ["Relu_3", "Relu_3_1_", "Relu_3_1", "Relu_3_"])
  }

  @Test func nodesOutOfOrderAreSorted() throws {
    let model = try ONNXFixture.model([
      ONNXFixture.node("Add", ["b", "c"], ["y"]),
      ONNXFixture.node("Relu", ["x"], ["a"]),
      ONNXFixture.node("Exp", ["a"], ["c"]),
      ONNXFixture.node("Neg", ["a"], ["b"]),
      ONNXFixture.node("Constant", [], ["d"], [ONNXFixture.attribute("value_int", .int)]),
    ]).read()
    #expect(
      model.graph.nodes.map(\.operation) == ["Relu", "Neg", "Exp", "Add", "Constant"])
    #expect(model.graph.nodes.map(\.name) == ["Relu_1", "Neg_3", "Exp_2", "Add_0", "Constant_4"])
  }

  @Test func longChainsOutOfOrderAreSorted() throws {
    let count = 20_000
    let nodes = (0..<count).map { index in
      ONNXFixture.node("Relu", [index == 0 ? "x" : "v\(index)"], ["v\(index + 1)"])
    }
    let model = try ONNXFixture.model(nodes.reversed(), outputs: ["v\(count)"]).read()
    #expect(model.graph.nodes.first?.inputs == ["x"])
    #expect(model.graph.nodes.last?.outputs == ["v\(count)"])
    #expect(model.graph.nodes.count == count)
  }

  @Test func attributes() throws {
    let node = try ONNXFixture.model([
      ONNXFixture.node(
        "Any", ["x", "", "x"], ["y", ""],
        [
          ONNXFixture.attribute("real", .float) { $0.f = 0.5 },
          ONNXFixture.attribute("integer", .int) { $0.i = -7 },
          ONNXFixture.attribute("zero", .int),
          ONNXFixture.attribute("string", .string) { $0.s = Data("SAME_UPPER".utf8) },
          ONNXFixture.attribute("reals", .floats) { $0.floats = [1, -.infinity] },
          ONNXFixture.attribute("integers", .ints) { $0.ints = [1, .max] },
          ONNXFixture.attribute("none", .ints),
          ONNXFixture.attribute("strings", .strings) { $0.strings = [Data("a".utf8), Data()] },
          ONNXFixture.attribute("tensor", .tensor) { $0.t = ONNXFixture.floats("", [.nan]) },
          ONNXFixture.attribute("tensors", .tensors) {
            $0.tensors = [ONNXFixture.floats("", [1]), ONNXFixture.floats("", [2])]
          },
        ])
    ]).read().graph.nodes[0]
    #expect(node.inputs == ["x", "", "x"])
    #expect(node.outputs == ["y", ""])
    let texts = node.attributes.filter { !$0.key.hasPrefix("tensor") }
      .mapValues { String(describing: $0) }
    #expect(
      texts == [
        "real": "real(0.5)", "integer": "integer(-7)", "zero": "integer(0)",
        "string": "string(\"SAME_UPPER\")", "reals": "reals([1.0, -inf])",
        "integers": "integers([1, 9223372036854775807])", "none": "integers([])",
        "strings": "strings([\"a\", \"\"])",
      ])
    guard case .tensor(let tensor) = node.attributes["tensor"],
      case .tensors(let tensors) = node.attributes["tensors"]
    else {
      Issue.record("the tensors are gone: \(node.attributes)")
      return
    }
    #expect(tensor.weight.float32Elements?.first?.isNaN == true)
    #expect(tensors.map(\.weight.float32Elements) == [[1], [2]])
  }

  @Test func valueInfo() throws {
    let model = try ONNXFixture.linear.changed {
      $0.graph.input[0].type.tensorType.shape.dim = [
        .with { $0.dimValue = -1 }, .with { $0.dimParam = "" }, .init(), .with { $0.dimValue = 0 },
      ]
      $0.graph.output[0].clearType()
    }.read()
    #expect(model.graph.inputs[0].sizes == [.unknown, .unknown, .unknown, .fixed(0)])
    #expect(model.graph.outputs[0] == ONNXValueInfo(name: "y", dataType: nil, sizes: nil))
  }

  @Test func standardOperatorsHaveTwoDomains() throws {
    let model = try ONNXFixture.linear.changed {
      $0.opsetImport = [
        ONNXFixture.operatorSet("ai.onnx", 9), ONNXFixture.operatorSet("", 9),
        ONNXFixture.operatorSet("ai.onnx.ml", 3), ONNXFixture.operatorSet("com.example", 77),
      ]
      $0.graph.node[0].domain = "ai.onnx"
    }.read()
    #expect(model.operatorSets == ["": 9, "ai.onnx.ml": 3, "com.example": 77])
    #expect(model.graph.nodes.map(\.domain) == ["", ""])
  }

  struct Real: CustomTestStringConvertible, Sendable {
    let name: String
    let nodeCount: Int
    let initializerCount: Int
    let parameterCount: Int
    let operatorSet: Int
    let producer: String
    let input: String
    var testDescription: String { name }
  }

  @Test(
    .needs("models"),
    arguments: [
      Real(
        name: "cifar10-resnet2b", nodeCount: 17, initializerCount: 16, parameterCount: 112_006,
        operatorSet: 9, producer: "pytorch 1.8", input: "input.1"),
      Real(
        name: "imagenet-mobilenetv1-025", nodeCount: 60, initializerCount: 112,
        parameterCount: 467_649, operatorSet: 13, producer: "", input: "x"),
      Real(
        name: "imagenet-mobilenetv2", nodeCount: 130, initializerCount: 232,
        parameterCount: 3_489_223, operatorSet: 13, producer: "", input: "x"),
      Real(
        name: "mnist-relu-9-200", nodeCount: 23, initializerCount: 18, parameterCount: 440_410,
        operatorSet: 9, producer: "pytorch 1.7", input: "input"),
    ])
  func realModels(_ expected: Real) throws {
    let path = SharedFolder.path("models/\(expected.name).onnx")
    #expect(try ONNXModel.recognizes(fileAt: path))
    let model = try ONNXModel.read(from: path)
    #expect(model.graph.nodes.count == expected.nodeCount)
    #expect(model.graph.initializers.count == expected.initializerCount)
    #expect(
      model.graph.initializers.values.reduce(0) { $0 + $1.weight.elementCount }
        == expected.parameterCount)
    #expect(model.operatorSets == ["": expected.operatorSet])
    #expect(model.producer == expected.producer)
    #expect(model.graph.inputs.map(\.name) == [expected.input])
  }
}
