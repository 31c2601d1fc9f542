import ONNXLowering
import ProgramFormats
import ProgramIR
import TestKit
import Testing

extension EngineTests {
  /// Exporters that keep equal tensors once make weights and running statistics of new networks the same.
  @Suite struct SharedStatisticsTests {
    private static let model = ONNXModel.graph(
      [
        .call("Identity", ["one"], "spread"),
        .call("BatchNormalization", ["x", "one", "zero", "zero", "spread"], "a"),
        .call("BatchNormalization", ["a", "one", "zero", "zero", "own"], "b"),
        .call("Mul", ["b", "one"], "y"),
      ], input: [.named("N"), .fixed(3)],
      ["one": .reals([1, 1, 1]), "zero": .reals([0, 0, 0]), "own": .reals([1, 1, 1])])

    @Test func statisticsPartFromWeights() throws {
      let program = try Self.model.lowered().program
      let buffers = program.inputs.compactMap { input -> String? in
        if case .buffer(let name) = input.source { name } else { nil }
      }
      #expect(program.parameterNames.sorted() == ["one", "zero"])
      #expect(
        buffers.sorted() == ["a.running_mean", "a.running_var", "b.running_mean", "own"])
    }

    /// A statistic that is read before the weight does not take its name.
    @Test func theOrderDoesNotMatter() throws {
      var model = Self.model
      model.graph.nodes[1].inputs = ["x", "own", "zero", "zero", "spread"]
      let program = try model.lowered().program
      #expect(program.parameterNames.sorted() == ["one", "own", "zero"])
    }

    @Test func theyAreWrittenBackUnderNamesOfTheirOwn() throws {
      let weights = Self.model.weights(of: try Self.model.lowered().program)
      #expect(
        weights.keys.sorted()
          == ["a.running_mean", "a.running_var", "b.running_mean", "one", "own", "zero"])
    }

    /// Names that the file has already are left alone.
    @Test func aNameThatIsTakenStaysWhatItIs() throws {
      var model = Self.model
      model.graph.initializers["a.running_mean"] = .reals([5, 6, 7])
      model.graph.nodes[3].inputs = ["b", "a.running_mean"]
      let program = try model.lowered().program
      #expect(program.parameterNames.contains("a.running_mean"))
      #expect(program.weights["a.running_mean"]?.float32Elements == [5, 6, 7])
    }
  }
}
