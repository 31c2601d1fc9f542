import ProgramFormats
import ProgramIR

extension ONNXModel {
  /// A model of one graph that takes `x` and returns `y`.
  ///
  /// - Parameters:
  ///   - nodes: the calls, in order.
  ///   - input: the sizes of `x`.
  ///   - constants: the initialisers.
  static func graph(
    _ nodes: [ONNXNode], input: [ONNXValueInfo.Dimension],
    _ constants: [String: ONNXTensor] = [:], operatorSet: Int = 17, functions: [Function] = []
  ) -> ONNXModel {
    ONNXModel(
      operatorSets: ["": operatorSet, "local": 1], producer: "test",
      graph: ONNXGraph(
        name: "graph", nodes: nodes,
        inputs: [ONNXValueInfo(name: "x", dataType: .float, sizes: input)],
        outputs: [ONNXValueInfo(name: "y", dataType: .float, sizes: nil)], initializers: constants),
      functions: functions)
  }
}

extension ONNXNode {
  /// A call whose name is that of its first output.
  static func call(
    _ operation: String, _ inputs: [String], _ output: String,
    _ attributes: [String: ONNXAttribute] = [:], domain: String = ""
  ) -> ONNXNode {
    ONNXNode(
      name: output, operation: operation, domain: domain, inputs: inputs, outputs: [output],
      attributes: attributes)
  }
}

extension ONNXGraph {
  /// A graph inside a node, which takes nothing.
  static func branch(_ nodes: [ONNXNode], _ output: String) -> ONNXGraph {
    ONNXGraph(
      name: "branch", nodes: nodes, inputs: [],
      outputs: [ONNXValueInfo(name: output, dataType: nil, sizes: nil)], initializers: [:])
  }
}

extension ONNXTensor {
  /// Real numbers that differ, as many as the sizes say.
  static func weight(_ sizes: Int...) -> ONNXTensor {
    let count = sizes.reduce(1, *)
    return .reals((0..<count).map { Float(($0 * 7 + 3) % 11) / 5 - 1 }, sizes)
  }

  static func reals(_ values: [Float], _ sizes: [Int]? = nil) -> ONNXTensor {
    ONNXTensor(
      dataType: .float, weight: Weight(float32: values, sizes: sizes ?? [values.count]))
  }

  static func integers(_ values: [Int], _ sizes: [Int]? = nil) -> ONNXTensor {
    ONNXTensor(dataType: .int64, weight: Weight(int64: values, sizes: sizes ?? [values.count]))
  }

  static func truth(_ value: Bool) -> ONNXTensor {
    let storage = Storage(byteCount: 1) { $0[0] = value ? 1 : 0 }
    return ONNXTensor(
      dataType: .bool, weight: Weight(dataType: .bool, sizes: [], strides: [], storage: storage))
  }
}
