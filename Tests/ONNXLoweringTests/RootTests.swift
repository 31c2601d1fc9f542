import ONNXLowering
import ProgramFormats
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Roots of nothing, whose slope is infinite: black or flat parts of a picture.
  @Suite struct RootTests {
    @Test func poolingOfBlackWindowsHasNoSlope() throws {
      let program = try ONNXModel.graph(
        [
          .call(
            "LpPool", ["x"], "pooled",
            [
              "kernel_shape": .integers([2, 2]),
              "strides": .integers([2, 2]),
            ]),
          .call("Flatten", ["pooled"], "y"),
        ], input: [.named("N"), .fixed(1), .fixed(2), .fixed(4)]
      ).lowered().program
      let pictures = Tensor([0, 0, 3, 4, 0, 0, 0, 0] as [Float], shape: [1, 1, 2, 4])
      let found = try program.gradient(at: pictures) { $0.sum() }
      #expect(found.scores.distance(to: Tensor([0, 5] as [Float], shape: [1, 2])) < 1e-6)
      let expected = Tensor([0, 0, 0.6, 0.8, 0, 0, 0, 0] as [Float], shape: [1, 1, 2, 4])
      #expect(found.gradient.distance(to: expected) < 1e-6)
    }

    @Test func normalisingFlatChannelsHasAFiniteSlope() throws {
      let program = try ONNXModel.graph(
        [
          .call("MeanVarianceNormalization", ["x"], "normal", ["axes": .integers([2, 3])]),
          .call("Flatten", ["normal"], "y"),
        ], input: [.named("N"), .fixed(2), .fixed(1), .fixed(2)]
      ).lowered().program
      let pictures = Tensor([0.5, 0.5, 0, 2] as [Float], shape: [1, 2, 1, 2])
      let found = try program.gradient(at: pictures) { $0.sum() }
      #expect(found.scores.distance(to: Tensor([0, 0, -1, 1] as [Float], shape: [1, 4])) < 1e-6)
      #expect(found.gradient.isFinite().allTrue())
    }
  }
}
