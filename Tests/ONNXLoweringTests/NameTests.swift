import ONNXLowering
import ProgramFormats
import ProgramIR
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Names of a stranger that would steer a terminal.
  @Suite struct NameTests {
    private static let evil = "\u{1B}[31mEVIL\r\nerror: all fine\u{7}"
    private static let shown = "\u{FFFD}[31mEVIL\u{FFFD}\u{FFFD}error: all fine\u{FFFD}"

    private static func model(_ operation: String, named name: String) -> ONNXModel {
      var node = ONNXNode.call(operation, ["x"], "y")
      node.name = name
      return .graph([node], input: [.named("N"), .fixed(3)])
    }

    @Test(arguments: [("Divine", evil), (evil, "node")])
    func errorsAreSafeToPrint(operation: String, name: String) {
      let error = #expect(throws: LoweringError.self) {
        try Self.model(operation, named: name).lowered()
      }
      let description = error?.description ?? ""
      #expect(description.contains(Self.shown), "\(description.debugDescription)")
      #expect(description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test func errorsOfTheWholeModelAreToo() {
      var model = Self.model("Relu", named: "node")
      model.graph.outputs += [ONNXValueInfo(name: Self.evil, dataType: nil, sizes: nil)]
      model.graph.nodes.append(.call("Neg", ["x"], Self.evil))
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.description.contains("(y, \(Self.shown))") == true)
    }

    @Test func resultsToChooseFromAreTold() {
      var model = Self.model("Relu", named: "node")
      model.graph.outputs += [ONNXValueInfo(name: "z", dataType: nil, sizes: nil)]
      model.graph.nodes.append(.call("Neg", ["x"], "z"))
      let error = #expect(throws: LoweringError.self) { try model.lowered() }
      #expect(error?.untold == .scores(among: ["y", "z"]))
    }

    /// What the engine refuses while a lowered model runs is said of the node of the file.
    @Test func callsHaveTheNodesOfTheFile() throws {
      let model = ONNXModel.graph(
        [.call("Relu", ["x"], "active"), .call("MatMul", ["active", "w"], "y")],
        input: [.named("N"), .fixed(4)], ["w": .weight(4, 3)])
      let program = try model.lowered().program
      #expect(program.nodes.map(\.origin) == ["active (Relu)", "y (MatMul)"])
      let error = #expect(throws: EngineError.self) { try program.results(for: .pictures(2, 5)) }
      #expect(error?.operation == "node y (MatMul): aten::matmul")
      let evil = try Self.model("Relu", named: Self.evil).lowered().program
      #expect(evil.nodes.map(\.origin) == ["\(Self.shown) (Relu)"])
    }

    @Test func stepsAreToo() throws {
      let lowered = try Self.model("Round", named: Self.evil).lowered()
      #expect(lowered.steps.map(\.description) == ["\(Self.shown) (Round)"])
    }
  }
}
