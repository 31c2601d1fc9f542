import ONNXLowering
import ProgramFormats
import ProgramIR
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Arithmetic on shapes, as exporters write it: computed when the model is loaded, but for the batch.
  @Suite struct ShapeArithmeticTests {
    private static let input: [ONNXValueInfo.Dimension] = [.named("N"), .fixed(2), .fixed(3)]

    @Test func aShapeMadeOfTheBatchIsFollowed() throws {
      let model = ONNXModel.graph(
        [
          .call("Shape", ["x"], "sizes"),
          .call("Gather", ["sizes", "first"], "batch", ["axis": .integer(0)]),
          .call("Unsqueeze", ["batch", "axes"], "row"),
          .call("Concat", ["row", "rest"], "target", ["axis": .integer(0)]),
          .call("Reshape", ["x", "target"], "flat"), .call("MatMul", ["flat", "w"], "y"),
        ], input: Self.input,
        [
          "first": .integers([0], []), "axes": .integers([0]), "rest": .integers([6]),
          "w": .weight(6, 4),
        ])
      let lowered = try model.lowered()
      #expect(lowered.batch == .dynamic)
      // All that is left is the reshape and the product.
      let names = lowered.program.nodes.map(\.operation.name).filter { $0 != "sym_size" }
      #expect(names == ["reshape", "matmul"])
      for count in [1, 2, 9] {
        let pictures = Tensor.pictures(count, 2, 3)
        let weight = Tensor(
          try #require(lowered.program.weights["w"]?.float32Elements), shape: [6, 4])
        let expected = pictures.reshaped([count, 6]).matrixProduct(weight)
        #expect(try lowered.program.results(for: pictures).distance(to: expected) < 1e-6)
      }
    }

    /// The way of PyTorch's exporters to write `token.expand(n, −1, −1)`.
    @Test func expandedTokensFollowTheBatch() throws {
      let model = ONNXModel.graph(
        [
          .call("Shape", ["x"], "sizes"),
          .call("Slice", ["sizes", "zero", "one"], "batch"),
          .call("Concat", ["batch", "keeps", "keeps"], "wanted", ["axis": .integer(0)]),
          .call("ConstantOfShape", ["three"], "ones", ["value": .tensor(.integers([1]))]),
          .call("Mul", ["ones", "keeps"], "open"), .call("Equal", ["wanted", "open"], "isOpen"),
          .call("Where", ["isOpen", "ones", "wanted"], "target"),
          .call("Expand", ["token", "target"], "tokens"),
          .call("Concat", ["tokens", "x"], "all", ["axis": .integer(1)]),
          .call("Flatten", ["all"], "y"),
        ], input: Self.input,
        [
          "zero": .integers([0]), "one": .integers([1]), "three": .integers([3]),
          "keeps": .integers([-1]), "token": .weight(1, 1, 3),
        ])
      let lowered = try model.lowered()
      #expect(lowered.program.parameterNames == ["token"])
      let token = Tensor(
        try #require(lowered.program.weights["token"]?.float32Elements), shape: [1, 3])
      for count in [1, 4] {
        let pictures = Tensor.pictures(count, 2, 3)
        let expected = Tensor.concatenated(
          [token.expanded(to: [count, 3]), pictures.reshaped([count, 6])], along: 1)
        #expect(try lowered.program.results(for: pictures).distance(to: expected) == 0)
      }
    }

    /// Half of the batch times two, and the number of all elements through one picture's.
    @Test func sizesAreMultipliedAndDivided() throws {
      let model = ONNXModel.graph(
        [
          .call("Size", ["x"], "count"), .call("Div", ["count", "six"], "batch"),
          .call("Mul", ["batch", "two"], "rows"), .call("Unsqueeze", ["rows", "axes"], "row"),
          .call("Concat", ["row", "three"], "target", ["axis": .integer(0)]),
          .call("Reshape", ["x", "target"], "tall"), .call("MatMul", ["tall", "w"], "scores"),
          .call("Reshape", ["scores", "flat"], "y"),
        ], input: Self.input,
        [
          "six": .integers([6], []), "two": .integers([2], []), "axes": .integers([0]),
          "three": .integers([3]), "w": .weight(3, 2), "flat": .integers([-1, 4]),
        ])
      let program = try model.lowered().program
      for count in [1, 5] {
        #expect(try program.results(for: .pictures(count, 2, 3)).shape == [count, 4])
      }
    }

    @Test func aRangeOverTheBatchFollowsIt() throws {
      let model = ONNXModel.graph(
        [
          .call("Shape", ["x"], "sizes"),
          .call("Gather", ["sizes", "zero"], "batch", ["axis": .integer(0)]),
          .call("Range", ["zero", "batch", "one"], "positions"),
          .call("Gather", ["x", "positions"], "same", ["axis": .integer(0)]),
          .call("Flatten", ["same"], "y"),
        ], input: Self.input, ["zero": .integers([0], []), "one": .integers([1], [])])
      let program = try model.lowered().program
      let pictures = Tensor.pictures(5, 2, 3)
      #expect(
        try program.results(for: pictures).distance(to: pictures.reshaped([5, 6])) == 0)
    }
  }
}
