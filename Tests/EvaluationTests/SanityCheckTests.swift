import Evaluation
import ProgramIR
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// Models that hide their gradients are caught, and honest ones are not accused.
  @Suite struct SanityCheckTests {
    private func findings(_ program: Program, batchSize: Int = 8) throws -> [Finding] {
      let small = try SmallEvaluation(program: program)
      let setup = try small.setup(attacks: ["fgsm"], epsilons: ["8/255"], batchSize: batchSize)
      try check(small, setup)
      return try #require(try small.results(setup, in: "run")).findings
    }

    /// Ends with the journal, which one run at a time may hold.
    private func check(_ small: SmallEvaluation, _ setup: EvaluationSetup) throws {
      let run = EvaluationRun(
        try EvaluationPlan(for: setup), recordingTo: try small.journal("run", setup),
        on: small.model)
      try run.checkSanity(loading: small.sample) { _ in }
      try run.run(loading: small.sample) { _ in }
    }

    @Test func anHonestModelGivesRiseToNothing() throws {
      #expect(try findings(SmallEvaluation.threeClasses) == [])
    }

    @Test func aLossThatNeedsMoreClassesIsSaidToBeReplaced() throws {
      let small = try SmallEvaluation()
      let few = try small.setup(
        attacks: ["apgd-t:steps=2", "apgd-dlr:steps=2"], epsilons: ["8/255"])
      try check(small, few)
      let found = try #require(try small.results(few, in: "run")).findings.filter {
        $0.kind == .marginForFewClasses
      }
      // Three classes are too few for the targeted ratio and enough for the other.
      #expect(found.count == 1 && found[0].severity == .note)
      #expect(found[0].observation.contains("APGD-T"))
    }

    @Test func logitsTimesAMillionAreCaught() throws {
      let found = try findings(Self.threeClasses(scaledBy: 1e6))
      #expect(found.contains { $0.kind == .zeroGradients && $0.severity == .warning })
    }

    @Test func quantisedActivationsAreCaught() throws {
      let found = try findings(Self.quantised)
      #expect(found.contains { $0.kind == .zeroGradients })
      #expect(found.contains { $0.kind == .unboundedAttackFails })
    }

    @Test(arguments: [1, 7, 64]) func theSizeOfTheBatchesSilencesNothing(batchSize: Int) throws {
      let found = try findings(Self.quantised, batchSize: batchSize)
      #expect(found == (try findings(Self.quantised)))
    }

    private static func threeClasses(scaledBy factor: Float) -> Program {
      let generator = RandomKey(seed: 8).makeGenerator()
      let weight = Tensor.normal([3 * 48], using: generator).floats()
      return .softmaxRegression(
        weight: weight.map { $0 * factor }, bias: [0.1, 0, -0.1], channels: 3, height: 4, width: 4)
    }

    /// The same model behind a rounding of pixels to quarters.
    private static var quantised: Program {
      var program = SmallEvaluation.threeClasses
      func node(_ output: String, _ name: String, _ arguments: [Node.Argument]) -> Node {
        Node(
          name: output,
          operation: OperatorName(name, overload: name == "round" ? "" : "Scalar"),
          arguments: zip(["self", "other"], arguments).map { .init($0, $1) },
          outputs: [.tensor(output)])
      }
      let flatten = program.nodes[0]
      program.nodes[0] = Node(
        name: flatten.name, operation: flatten.operation,
        arguments: [.init("self", .tensor("quarters")), flatten.arguments[1]],
        outputs: flatten.outputs)
      program.nodes =
        [
          node("fourfold", "mul", [.tensor("x"), .real(.constant(4))]),
          node("rounded", "round", [.tensor("fourfold")]),
          node("quarters", "div", [.tensor("rounded"), .real(.constant(4))]),
        ] + program.nodes
      return program
    }
  }
}
