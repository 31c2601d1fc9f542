import ONNXLowering
import ProgramFormats
import ProgramIR
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Clipping: the fastest call for what is known of its bounds, with the same answers and slopes.
  @Suite struct ClipTests {
    private static let values: [Float] = [-7, -0.5, 0, 2, 5.5, 6, -2, 9, 1, 3]

    private static func program(_ low: Float?, _ high: Float?) throws -> Program {
      let bounds = [("low", low), ("high", high)]
      return try ONNXModel.graph(
        [.call("Clip", ["x"] + bounds.map { $1 == nil ? "" : $0 }, "y")],
        input: [.named("N"), .fixed(5)],
        Dictionary(
          uniqueKeysWithValues: bounds.compactMap { name, bound in
            bound.map { (name, .reals([$0], [])) }
          })
      ).lowered().program
    }

    @Test(
      arguments: [
        (0, 6, "hardtanh"), (0, 1, "clamp"), (-1, 1, "clamp"), (2.5, 2.5, "clamp"),
        (0, nil, "clamp"), (0, .infinity, "clamp"), (1, nil, "clamp"), (nil, 3, "clamp"),
      ] as [(Float?, Float?, String)])
    func answersAndSlopesAreThoseOfTheRange(
      low: Float?, high: Float?, operation: String
    ) throws {
      let program = try Self.program(low, high)
      #expect(program.nodes.map(\.operation.name) == [operation])
      let found = try program.gradient(at: Tensor(Self.values, shape: [2, 5])) { $0.sum() }
      let (least, most) = (low ?? -.infinity, high ?? .infinity)
      #expect(found.scores.floats() == Self.values.map { min(max($0, least), most) })
      // Black and white pixels lie on the bounds of a clip at the input, and can be changed.
      let hasSlopeAtBounds = operation == "clamp"
      #expect(
        found.gradient.floats()
          == Self.values.map { value in
            value > least && value < most || hasSlopeAtBounds && [least, most].contains(value)
              ? 1 : 0
          })
    }

    /// The standard: where the bounds contradict each other, everything becomes the upper one.
    @Test func contradictingBoundsGiveTheUpper() throws {
      let scores = try Self.program(6, 0).results(for: Tensor(Self.values, shape: [2, 5]))
      #expect(scores.floats() == [Float](repeating: 0, count: 10))
    }
  }
}
