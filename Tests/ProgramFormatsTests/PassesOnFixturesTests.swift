import ProgramFormats
import ProgramIR
import Testing

/// The passes on what PyTorch really writes.
@Suite struct PassesOnFixturesTests {
  @Test(arguments: ["batch-norm", "batch-norm-training"])
  func bothModesBecomeTheSameShortProgram(name: String) throws {
    let program = try Program.read(from: Fixture.path(name))
    let folded = program.inEvaluationMode().foldingBatchNorm()
    #expect(folded.nodes.map(\.operation.name) == ["conv2d", "relu", "mean", "linear"])
    #expect(
      folded.weights.keys.sorted() == [
        "conv.folded.bias", "conv.folded.weight", "head.bias", "head.weight",
      ])
    #expect(folded.weights["conv.folded.weight"]?.sizes == [2, 1, 3, 3])
  }

  @Test func trainingModeIsReadAsItIs() throws {
    let program = try Program.read(from: Fixture.path("batch-norm-training"))
    let batchNorm = try #require(program.nodes.first { $0.operation.name == "batch_norm" })
    #expect(batchNorm[argument: "training"] == .truth(.constant(true)))
    #expect(program.nodes.filter { $0.operation.name.contains("dropout") }.count == 2)
    #expect(program.nodes.contains { $0.operation.name == "add_" })
  }

  @Test func regionsWithoutGradientsAreDetached() throws {
    let program = try Program.read(from: Fixture.path("no-grad-region"))
    let detached = program.nodes.filter { $0.operation.name == "detach" }
    #expect(detached.count == 2)
    let outside = program.nodes.suffix(4).flatMap(\.valuesRead)
    #expect(Set(outside).isSuperset(of: detached.flatMap(\.valuesDefined)))
    #expect(Set(program.types.keys).isSuperset(of: program.nodes.flatMap(\.valuesDefined)))
  }
}
