import Evaluation
import ProgramIR
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Models that hide their gradients are caught, and honest ones are not accused.
  @Suite struct SanityCheckTests {
    private func findings(
      _ program: Program, attacks: [String] = ["fgsm"], batchSize: Int = 8
    ) throws -> [Finding] {
      let small = try SmallEvaluation(program: program)
      let setup = try small.setup(
        attacks: attacks, epsilons: ["8/255"], batchSize: batchSize, checksSanity: true)
      try small.run(setup, in: "run")
      return try #require(try small.results(setup, in: "run")).findings
    }

    @Test func theOptionForStepsIsOnlyAdvisedWhereItHelps() {
      for canPass in [false, true] {
        let finding = Finding.steps(2, such: "node (Round)", canPass: canPass)
        #expect(finding.advice.contains("--straight-through") == canPass)
      }
    }

    @Test func anHonestModelGivesRiseToNothing() throws {
      #expect(try findings(SmallEvaluation.threeClasses) == [])
    }

    @Test func aLossThatNeedsMoreClassesIsSaidToBeReplaced() throws {
      let small = try SmallEvaluation()
      let few = try small.setup(
        attacks: ["apgd-t:steps=2", "apgd-dlr:steps=2"], epsilons: ["8/255"])
      try small.run(few, in: "run")
      let found = try #require(try small.results(few, in: "run")).findings.filter {
        $0.kind == .marginForFewClasses
      }
      // Three classes are too few for the targeted ratio and enough for the other.
      #expect(found.count == 1 && found[0].severity == .note)
      #expect(found[0].observation.contains("APGD-T"))
      let two = try findings(
        .logisticRegression(
          weight: (0..<48).map { Float($0 % 5) - 2 }, bias: 0, channels: 3, height: 4, width: 4),
        attacks: ["apgd-t:steps=2", "apgd-dlr:steps=2"])
      let note = try #require(two.first { $0.kind == .marginForFewClasses })
      #expect(note.observation.contains("APGD-T and APGD-DLR"))
      #expect(!note.advice.lowercased().contains("nothing"))
    }

    @Test func logitsTimesAMillionAreCaught() throws {
      let found = try findings(Self.threeClasses(scaledBy: 1e6))
      #expect(found.contains { $0.kind == .zeroGradients && $0.severity == .warning })
    }

    /// What the checks themselves show within a budget is in the number, is kept and is verified.
    @Test func theUpperBoundIsNotAboveWhatTheChecksShowed() throws {
      let small = try SmallEvaluation(program: Self.threeClasses(scaledBy: 1e6))
      let setup = try small.setup(
        attacks: ["fgsm"], epsilons: ["1/255", "16/255"], checksSanity: true)
      try small.run(setup, in: "run")
      let results = try #require(try small.results(setup, in: "run"))
      let fgsm = try #require(
        results.attacks.first { $0.name == "FGSM" && $0.threat == setup.threats[1] })
      let checks = try #require(results.attacks.first { $0.isOfSanityChecks })
      #expect(checks.threat == setup.threats[1] && checks.counts.newlyWrong >= 5)
      #expect(fgsm.counts.newlyWrong < checks.counts.newlyWrong)
      let shown = results.samples.count { sample in
        sample.defeats.contains { results.attacks[$0.attack].isOfSanityChecks }
      }
      #expect(shown == checks.counts.newlyWrong)
      #expect(results.worstCases[1].counts.newlyWrong >= shown)
      let sound = try small.verification(of: setup, in: "run")
      #expect(sound.holds && sound.claimed >= shown)
      // Examples that are taken away again are missed.
      try small.tamper(
        with: "run", "DELETE FROM result WHERE attack = 1 AND outcome = 'newlyWrong'")
      let forged = try small.verification(of: setup, in: "run").discrepancies
      #expect(forged.count == shown && forged.allSatisfy { $0.reason.contains("Sanity checks") })
    }

    @Test func whatTheAttacksFindThemselvesMakesNothingDoubtful() throws {
      let masked = Self.threeClasses(scaledBy: 1e6)
      let kind = Finding.Kind.blackBoxBeatsWhiteBox
      let blind = try findings(masked).first { $0.kind == kind }
      let seeing = try findings(masked, attacks: ["square:queries=2000"]).first { $0.kind == kind }
      #expect(blind?.severity == .warning && seeing?.severity == .note)
    }

    @Test func nobodyIsToldToRunWhatWasRun() throws {
      let found = try findings(Self.threeClasses(scaledBy: 1e6), attacks: ["autoattack"])
      #expect(!found.isEmpty)
      #expect(
        !found.contains {
          $0.advice.contains("use autoattack") || $0.advice.contains("on autoattack")
        })
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

    @Test func gradientsThatPointTheWrongWayAreCaught() throws {
      let found = try findings(Self.turned)
      #expect(found.contains { $0.kind == .misleadingGradients && $0.severity == .warning })
      #expect(!found.contains { $0.kind == .zeroGradients })
    }

    /// A gradient that has nothing to do with the loss leads nowhere, as a random direction does.
    @Test func gradientsThatLeadNowhereAreCaught() throws {
      let found = try findings(Self.shattered).filter { $0.kind == .misleadingGradients }
      // Of this model fewer than half of the pictures have a gradient that points backwards.
      #expect(found.contains { $0.observation.contains("random direction") }, "\(found)")
    }

    /// An answer that is no number counts as held, so a model that gives such answers under attack looks
    /// robust.
    @Test(arguments: [true, false]) func answersThatAreNoNumbersAreCaught(checks: Bool) throws {
      let small = try SmallEvaluation(program: Self.speechless)
      let setup = try small.setup(
        epsilons: ["0.01"], pixels: .float, checksSanity: checks)
      try small.run(setup, in: "run")
      let results = try #require(try small.results(setup, in: "run"))
      let found = results.findings.filter { $0.kind == .notFinite && $0.severity == .warning }
      #expect(found.contains { $0.observation.contains("not valid") })
      #expect(found.contains { $0.observation.contains("After one step") } == checks)
      #expect(results.cleanAccuracy.value > 0.7 && results.doubts.contains("not finite"))
    }

    private static func node(_ output: String, _ name: String, _ arguments: [Node.Argument]) -> Node
    {
      let hasOverload = arguments.count > 1
      return Node(
        name: output, operation: OperatorName(name, overload: hasOverload ? "Scalar" : ""),
        arguments: zip(["self", "other"], arguments).map { .init($0, $1) },
        outputs: [.tensor(output)])
    }

    /// The same model behind calls that make `changed` of its pictures.
    private static func threeClasses(behind nodes: (_ pictures: String) -> [Node]) -> Program {
      var program = SmallEvaluation.threeClasses
      let pictures = program.userInputs[0].name
      let flatten = program.nodes[0]
      program.nodes[0] = Node(
        name: flatten.name, operation: flatten.operation,
        arguments: [.init("self", .tensor("changed")), flatten.arguments[1]],
        outputs: flatten.outputs)
      program.nodes = nodes(pictures) + program.nodes
      return program
    }

    /// The same model on every picture that a file can hold, with its gradient turned around.
    private static var turned: Program {
      let frequency = 2 * Double.pi * 255
      return threeClasses { pictures in
        [
          node("angle", "mul", [.tensor(pictures), .real(.constant(frequency))]),
          node("sine", "sin", [.tensor("angle")]),
          node("wave", "mul", [.tensor("sine"), .real(.constant(2 / frequency))]),
          Node(
            name: "changed", operation: OperatorName("sub", overload: "Tensor"),
            arguments: [.init("self", .tensor(pictures)), .init("other", .tensor("wave"))],
            outputs: [.tensor("changed")]),
        ]
      }
    }

    /// The same model, nearly, with a gradient that is that of a fast wave.
    private static var shattered: Program {
      threeClasses { pictures in
        [
          node("angle", "mul", [.tensor(pictures), .real(.constant(50_000))]),
          node("sine", "sin", [.tensor("angle")]),
          node("wave", "mul", [.tensor("sine"), .real(.constant(0.003))]),
          Node(
            name: "changed", operation: OperatorName("sub", overload: "Tensor"),
            arguments: [.init("self", .tensor(pictures)), .init("other", .tensor("wave"))],
            outputs: [.tensor("changed")]),
        ]
      }
    }

    /// The same model on multiples of 1/1020, among which are the pixels of files; beside those it gives no
    /// number.
    private static var speechless: Program {
      threeClasses { pictures in
        [
          node("angle", "mul", [.tensor(pictures), .real(.constant(2 * Double.pi * 1020))]),
          node("cosine", "cos", [.tensor("angle")]),
          node("lower", "sub", [.tensor("cosine"), .real(.constant(0.9))]),
          node("root", "sqrt", [.tensor("lower")]),
          node("nothing", "mul", [.tensor("root"), .real(.constant(0))]),
          Node(
            name: "changed", operation: OperatorName("sub", overload: "Tensor"),
            arguments: [.init("self", .tensor(pictures)), .init("other", .tensor("nothing"))],
            outputs: [.tensor("changed")]),
        ]
      }
    }

    /// The same model behind a rounding of pixels to quarters.
    private static var quantised: Program {
      threeClasses { pictures in
        [
          node("fourfold", "mul", [.tensor(pictures), .real(.constant(4))]),
          node("rounded", "round", [.tensor("fourfold")]),
          node("changed", "div", [.tensor("rounded"), .real(.constant(4))]),
        ]
      }
    }
  }
}
