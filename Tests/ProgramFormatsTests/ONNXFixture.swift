import Foundation
import SwiftProtobuf

@testable import ProgramFormats

/// Small ONNX models, built as messages.
enum ONNXFixture {
  /// A model of some nodes, from inputs to outputs of two numbers.
  static func model(
    _ nodes: [ONNXNodeProto], inputs: [String] = ["x"], outputs: [String] = ["y"],
    initializers: [ONNXTensorProto] = []
  ) -> ONNXModelProto {
    .with {
      $0.irVersion = 8
      $0.producerName = "test"
      $0.producerVersion = "1"
      $0.opsetImport = [operatorSet("", 17)]
      $0.graph = graph(nodes, inputs: inputs, outputs: outputs, initializers: initializers)
    }
  }

  static func graph(
    _ nodes: [ONNXNodeProto], inputs: [String] = [], outputs: [String] = ["y"],
    initializers: [ONNXTensorProto] = []
  ) -> ONNXGraphProto {
    .with {
      $0.name = "graph"
      $0.node = nodes
      $0.input = inputs.map(value)
      $0.output = outputs.map(value)
      $0.initializer = initializers
    }
  }

  static func value(_ name: String) -> ONNXValueInfoProto {
    .with {
      $0.name = name
      $0.type.tensorType.elemType = 1
      $0.type.tensorType.shape.dim = [.with { $0.dimParam = "N" }, .with { $0.dimValue = 2 }]
    }
  }

  static func operatorSet(_ domain: String, _ version: Int64) -> ONNXOperatorSetIdProto {
    .with {
      $0.domain = domain
      $0.version = version
    }
  }

  static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "",
    domain: String = "", _ attributes: [ONNXAttributeProto] = []
  ) -> ONNXNodeProto {
    .with {
      $0.opType = operation
      $0.input = inputs
      $0.output = outputs
      if !name.isEmpty { $0.name = name }
      if !domain.isEmpty { $0.domain = domain }
      $0.attribute = attributes
    }
  }

  static func attribute(
    _ name: String, _ type: ONNXAttributeProto.AttributeType,
    _ fill: (inout ONNXAttributeProto) -> Void = { _ in }
  ) -> ONNXAttributeProto {
    .with {
      $0.name = name
      $0.type = type
      fill(&$0)
    }
  }

  /// A tensor whose numbers the closure gives.
  static func tensor(
    _ name: String, _ type: ONNXDataType, _ sizes: [Int64],
    _ fill: (inout ONNXTensorProto) -> Void = { _ in }
  ) -> ONNXTensorProto {
    .with {
      $0.name = name
      $0.dataType = Int32(type.rawValue)
      $0.dims = sizes
      fill(&$0)
    }
  }

  /// Float32 numbers in a row.
  static func floats(_ name: String, _ values: [Float]) -> ONNXTensorProto {
    tensor(name, .float, [Int64(values.count)]) { $0.rawData = raw(values) }
  }

  /// A tensor, of two numbers if nothing else is said, at a place in a file beside the model.
  static func external(
    _ name: String, in location: String, offset: String? = nil, length: String? = nil,
    type: ONNXDataType = .float, sizes: [Int64] = [2]
  ) -> ONNXTensorProto {
    tensor(name, type, sizes) {
      $0.dataLocation = .external
      $0.externalData = [("location", location), ("offset", offset), ("length", length)]
        .compactMap { key, value in
          value.map { value in
            .with {
              $0.key = key
              $0.value = value
            }
          }
        }
    }
  }

  static func raw<Element: BitwiseCopyable>(_ values: [Element]) -> Data {
    values.withUnsafeBytes { Data($0) }
  }

  /// y = x · w + b, with `w` and `b` as initialisers.
  static let linear = model(
    [
      node("Mul", ["x", "w"], ["product"], name: "scale"),
      node("Add", ["product", "b"], ["y"]),
    ], initializers: [floats("w", [2, 3]), floats("b", [0.5, -1])])
}

extension ONNXModelProto {
  /// The file.
  var bytes: [UInt8] {
    get throws { try serializedBytes() }
  }

  /// What reading the file gives.
  func read() throws -> ONNXModel { try ONNXModel.read(bytes, named: "model.onnx") }
}

extension Message {
  /// The same message, changed.
  func changed(_ change: (inout Self) -> Void) -> Self {
    var message = self
    change(&message)
    return message
  }
}
