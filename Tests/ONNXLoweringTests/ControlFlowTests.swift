import ONNXLowering
import ProgramFormats
import ProgramIR
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Branches, functions, and operators that nobody knows.
  @Suite struct ControlFlowTests {
    private static let input: [ONNXValueInfo.Dimension] = [.named("N"), .fixed(3)]

    private static func branching(
      on condition: String, before nodes: [ONNXNode] = [], _ constants: [String: ONNXTensor] = [:]
    ) -> ONNXModel {
      let branches: [String: ONNXAttribute] = [
        "then_branch": .graph(.branch([.call("Relu", ["x"], "a")], "a")),
        "else_branch": .graph(.branch([.call("Neg", ["x"], "b")], "b")),
      ]
      return .graph(
        nodes + [.call("If", [condition], "y", branches)], input: input, constants)
    }

    @Test(arguments: [true, false])
    func aKnownConditionLeavesOneBranch(condition: Bool) throws {
      let lowered = try Self.branching(on: "c", ["c": .truth(condition)]).lowered()
      #expect(lowered.program.nodes.map(\.operation.name) == [condition ? "relu" : "neg"])
    }

    @Test func aConditionOnTheShapeIsKnown() throws {
      let lowered = try Self.branching(
        on: "c",
        before: [
          .call("Shape", ["x"], "sizes"), .call("Gather", ["sizes", "one"], "width"),
          .call("Equal", ["width", "three"], "c"),
        ], ["one": .integers([1], []), "three": .integers([3], [])]
      ).lowered()
      #expect(lowered.program.nodes.map(\.operation.name) == ["relu"])
    }

    @Test func aConditionOnThePictureChoosesWhenTheModelRuns() throws {
      let program = try Self.branching(
        on: "c",
        before: [
          .call("ReduceSum", ["x"], "sum", ["keepdims": .integer(0)]),
          .call("Greater", ["sum", "zero"], "c"),
        ], ["zero": .reals([0], [])]
      ).lowered().program
      let picture = Tensor([1, -2, 4, 3, -1, 1] as [Float], shape: [2, 3])
      #expect(try program.results(for: picture).floats() == [1, 0, 4, 3, 0, 1])
      #expect(try program.results(for: -picture).floats() == picture.floats())
    }

    /// LeakyScale(x, slope = 2) = slope · LeakyRelu(x, alpha).
    private static func function(calling operation: String = "LeakyRelu") -> ONNXModel.Function {
      ONNXModel.Function(
        name: "LeakyScale", domain: "local", inputs: ["value", "shift"], outputs: ["result"],
        attributeNames: ["slope"], attributeDefaults: ["factor": .real(2)],
        attributeReferences: [0: ["alpha": "slope"], 1: ["value_float": "factor"]],
        nodes: [
          .call(operation, ["value"], "leaky", domain: operation == "LeakyRelu" ? "" : "local"),
          .call("Constant", [], "number"), .call("Mul", ["leaky", "number"], "result"),
        ], operatorSets: ["": 17, "local": 1])
    }

    @Test func aFunctionIsReplacedByItsBody() throws {
      // The names inside are the function's own, whatever the graph calls so.
      let model = ONNXModel.graph(
        [
          .call("Neg", ["x"], "value"),
          .call("LeakyScale", ["value"], "leaky", ["slope": .real(0.5)], domain: "local"),
          .call("Add", ["leaky", "value"], "y"),
        ], input: Self.input, functions: [Self.function()])
      let program = try model.lowered().program
      let picture = Tensor([1, -2, 4] as [Float], shape: [1, 3])
      #expect(try program.results(for: picture).floats() == [-2, 6, -8])
    }

    @Test func functionsWithoutEndAreRefused() throws {
      let model = ONNXModel.graph(
        [.call("LeakyScale", ["x"], "y", domain: "local")], input: Self.input,
        functions: [Self.function(calling: "LeakyScale")])
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.reason.contains("nested too deeply") == true)
    }

    /// Thirty functions that each call the one before twice: a billion calls in a few lines.
    @Test func functionsThatMultiplyAreRefused() throws {
      func level(_ number: Int) -> ONNXModel.Function {
        let below = number == 0 ? "Neg" : "Level\(number - 1)"
        let domain = number == 0 ? "" : "local"
        return ONNXModel.Function(
          name: "Level\(number)", domain: "local", inputs: ["a"], outputs: ["c"],
          attributeNames: [], attributeDefaults: [:], attributeReferences: [:],
          nodes: [
            .call(below, ["a"], "b", domain: domain), .call(below, ["b"], "c", domain: domain),
          ], operatorSets: ["": 17, "local": 1])
      }
      let model = ONNXModel.graph(
        [.call("Level29", ["one"], "two", domain: "local"), .call("Add", ["x", "two"], "y")],
        input: Self.input, ["one": .reals([1])], functions: (0..<30).map(level))
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.reason.contains("more than 100000 nodes") == true)
    }

    @Test func tooManyNodesAreRefusedBeforeTheFirst() {
      let nodes =
        [ONNXNode.call("Divine", ["x"], "a0")]
        + (0..<100_000).map { .call("Identity", ["a\($0)"], $0 == 99_999 ? "y" : "a\($0 + 1)") }
      let error = #expect(throws: LoweringError.self) {
        try ONNXModel.graph(nodes, input: Self.input).lowered()
      }
      #expect(error?.reason.contains("more than 100000 nodes") == true && error?.node == nil)
    }

    @Test(arguments: ["", "com.example"])
    func anUnknownOperatorIsNamedWithItsNode(domain: String) throws {
      let model = ONNXModel.graph(
        [.call("Relu", ["x"], "a"), .call("Divine", ["a"], "y", domain: domain)],
        input: Self.input)
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.isUnknownOperator == true)
      let name = domain.isEmpty ? "Divine" : "com.example::Divine"
      #expect(error?.operation == name)
      #expect(error?.description == "node y (\(name)): this operator is not supported")
      #expect(!ONNXModel.supportedOperators.contains(name))
    }

    @Test func otherErrorsAreNotOfUnknownOperators() throws {
      let model = ONNXModel.graph(
        [.call("Conv", ["x", "w"], "y")], input: Self.input, ["w": .weight(3, 3)])
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.isUnknownOperator == false)
      #expect(error?.description.hasPrefix("node y (Conv): ") == true)
    }
  }
}
