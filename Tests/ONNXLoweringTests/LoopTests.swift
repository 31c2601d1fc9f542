import ONNXLowering
import ProgramFormats
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Loops are unrolled; what they return is that of their rounds.
  @Suite struct LoopTests {
    private static func body(
      _ nodes: [ONNXNode], _ inputs: [String], _ outputs: [String]
    ) -> ONNXAttribute {
      func values(_ names: [String]) -> [ONNXValueInfo] {
        names.map { ONNXValueInfo(name: $0, dataType: nil, sizes: nil) }
      }
      return .graph(
        ONNXGraph(
          name: "body", nodes: nodes, inputs: values(inputs), outputs: values(outputs),
          initializers: [:]))
    }

    /// What the model gives for the picture: the last state and the sum of all rows.
    private static func results(
      _ operation: String, _ inputs: [String], _ attributes: [String: ONNXAttribute],
      _ constants: [String: ONNXTensor]
    ) throws -> [Float] {
      let loop = ONNXNode(
        name: "loop", operation: operation, inputs: inputs, outputs: ["last", "rows"],
        attributes: attributes)
      let model = ONNXModel.graph(
        [
          loop, .call("ReduceSum", ["rows", "zero"], "sum", ["keepdims": .integer(0)]),
          .call("Add", ["last", "sum"], "y"),
        ], input: [.named("N"), .fixed(3)],
        constants.merging(["zero": .integers([0])]) { first, _ in first })
      let picture = Tensor([1, -2, 4] as [Float], shape: [1, 3])
      return try model.lowered().program.results(for: picture).floats()
    }

    /// Rounds 0, 1 and 2, because there are three or because the condition ends it.
    @Test(arguments: [(3, 9), (9, 2), (nil, 2)] as [(Int?, Int)])
    func aLoopRuns(count: Int?, last: Int) throws {
      let body = Self.body(
        [
          .call("Cast", ["round"], "number", ["to": .integer(1)]),
          .call("Add", ["state", "number"], "next"), .call("Identity", ["next"], "row"),
          .call("Less", ["round", "end"], "goesOn"),
        ], ["round", "on", "state"], ["goesOn", "next", "row"])
      let found = try Self.results(
        "Loop", [count == nil ? "" : "count", "", "x"], ["body": body],
        ["count": .integers([count ?? 0], []), "end": .integers([last], [])])
      // x + 3, and the rows x, x + 1 and x + 3.
      #expect(found == [11, -1, 23])
    }

    @Test(arguments: [false, true])
    func aScanRuns(isReversed: Bool) throws {
      let body = Self.body(
        [
          .call("Add", ["state", "state"], "twice"), .call("Add", ["twice", "slice"], "next"),
          .call("Identity", ["next"], "row"),
        ], ["state", "slice"], ["next", "row"])
      let found = try Self.results(
        "Scan", ["x", "slices"],
        [
          "body": body, "num_scan_inputs": .integer(1),
          "scan_input_directions": .integers([isReversed ? 1 : 0]),
        ], ["slices": .reals([1, 2, 3, 10, 20, 30], [2, 3])])
      // The rows 2x + a and 4x + 2a + b, of which the second is the last state.
      let expected: [Float] = isReversed ? [62, 84, 196] : [35, 30, 115]
      #expect(found == expected)
    }
  }
}
