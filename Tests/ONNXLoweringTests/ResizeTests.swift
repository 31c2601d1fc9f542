import ONNXLowering
import ProgramFormats
import ProgramRuntime
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Rows that are resized, where rounding decides which of two neighbours is the nearest.
  @Suite struct ResizeTests {
    /// Sizes of which some new elements lie just at old ones, as PyTorch writes them.
    @Test(arguments: [(24, 56), (14, 18), (21, 54), (10, 6), (7, 21), (40, 16)])
    func theNearestIsThatOfExactPositions(old: Int, new: Int) throws {
      let lowered = try ONNXModel.graph(
        [
          .call(
            "Resize", ["x", "", "", "sizes"], "large",
            [
              "mode": .string("nearest"), "nearest_mode": .string("floor"),
              "coordinate_transformation_mode": .string("asymmetric"),
            ]), .call("Flatten", ["large"], "y"),
        ], input: [.fixed(1), .fixed(1), .fixed(1), .fixed(old)],
        ["sizes": .integers([1, 1, 1, new])]
      ).lowered()
      let row = Tensor((0..<old).map(Float.init), shape: [1, 1, 1, old])
      let found = try lowered.program.results(for: row).floats()
      #expect(found == (0..<new).map { Float($0 * old / new) })
    }

    /// Factors that no number in single precision is.
    @Test(
      arguments: [(10, 0.7, 7), (30, 0.7, 21), (10, 0.9, 9), (10, 2.3, 23)] as [(Int, Float, Int)])
    func sizesAreThoseOfSinglePrecision(old: Int, scale: Float, new: Int) throws {
      let lowered = try ONNXModel.graph(
        [
          .call("Resize", ["x", "", "scales"], "large", ["mode": .string("linear")]),
          .call("Flatten", ["large"], "y"),
        ], input: [.fixed(1), .fixed(1), .fixed(1), .fixed(old)],
        ["scales": .reals([1, 1, 1, scale])]
      ).lowered()
      #expect(try lowered.program.results(for: .pictures(1, 1, 1, old)).shape == [1, new])
    }
  }
}
