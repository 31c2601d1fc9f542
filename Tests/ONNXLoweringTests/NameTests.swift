import ONNXLowering
import ProgramFormats
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
      #expect(error?.description.contains("y, \(Self.shown); say which") == true)
    }

    @Test func stepsAreToo() throws {
      let lowered = try Self.model("Round", named: Self.evil).lowered()
      #expect(lowered.steps.map(\.description) == ["\(Self.shown) (Round)"])
    }
  }
}
