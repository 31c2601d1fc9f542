import Datasets
import Defenses
import Evaluation
import Foundation
import Imaging
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// A defence that only masks gradients is found out.
  @Suite final class MaskedDefenseTests {
    private static let count = 40
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    private let model: ProgramClassifier

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let weight = Tensor.normal([3 * 48], using: RandomKey(seed: 8).makeGenerator()).floats()
      model = try ProgramClassifier(
        .softmaxRegression(
          weight: weight, bias: [0.1, 0, -0.1], channels: 3, height: 4, width: 4))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A picture with the class that the model sees in it.
    private func sample(_ number: Int) throws -> LabelledPicture {
      let generator = RandomKey(seed: 3).part(number).makeGenerator()
      let picture = Picture(Tensor.uniform([3, 4, 4], using: generator))
      let seen = try model.logits(of: Tensor([picture])).argmax(along: 1).integers()[0]
      return LabelledPicture(picture: picture, label: seen, name: "picture-\(number)")
    }

    private func setup(
      _ part: DefenseFolder.Part, _ defense: TransformationDefense, seed: UInt64 = 0
    ) throws -> EvaluationSetup {
      EvaluationSetup(
        version: "test", engineVersion: Engine.version,
        model: .init(path: "model.pt2", sha256: "0"), imageShape: model.imageShape,
        classCount: 3, classNames: nil,
        data: .init(path: "data", split: "test", count: Self.count, sha256: "0"),
        attacks: [try .init("pgd:steps=10")],
        threats: [ThreatModel(try PerturbationBudget(.linf, epsilon: "48/255"))],
        objective: .untargeted, seed: seed, batchSize: 16, checksSanity: false,
        defense: part == .undefended
          ? nil
          : .init(
            transformations: defense.texts, attacker: part.rawValue, draws: defense.draws))
    }

    /// Evaluates the model as an attacker of some kind sees it, and checks the journal again.
    private func results(
      _ part: DefenseFolder.Part, _ texts: [String]
    ) throws -> EvaluationResults {
      let defense = try TransformationDefense(texts, draws: 4, key: RandomKey(seed: 1))
      let setup = try setup(part, defense)
      let journal = try Journal(
        continuing: folder.appending(path: "\(part)-\(texts.joined())").path, with: setup)
      let plan = try EvaluationPlan(for: setup)
      let knowledge = TransformationDefense.Knowledge(rawValue: part.rawValue)
      let judge = knowledge == nil ? model : defense.defended(model)
      let run = EvaluationRun(
        plan, recordingTo: journal,
        attacking: knowledge.map { defense.view($0, of: model) } ?? model,
        judgedBy: judge, countingPassesOf: model)
      try run.run(loading: sample) { _ in }
      // Whoever checks the journal needs the defence as well.
      let verification = try Verification(of: journal, plan: plan, on: judge)
      #expect(verification.holds && verification.confirmed == verification.claimed)
      if knowledge == .adaptive {
        #expect(try !Verification(of: journal, plan: plan, on: model).holds)
      }
      return try #require(try journal.results(of: plan))
    }

    private func comparison(_ texts: [String]) throws -> DefenseComparison {
      try #require(
        DefenseComparison(
          undefended: results(.undefended, texts), naive: results(.naive, texts),
          adaptive: results(.adaptive, texts)))
    }

    @Test func roundingIsReportedAsMasking() throws {
      let found = try comparison(["bit-depth:bits=4"])
      let budget = try #require(found.budgets.first)
      #expect(budget.undefended.value < 0.2 && budget.adaptive.value < 0.3, "\(budget)")
      #expect(budget.naive.value > 0.7 && budget.worst.count <= budget.adaptive.count, "\(budget)")
      #expect(budget.masked - budget.missed == budget.naive.count - budget.adaptive.count)
      #expect(budget.isMasked && budget.chance < 1e-4)
      #expect(found.findings.map(\.kind) == [.defenseMasksGradients])
      #expect(found.progress.isComplete && found.undefendedCleanAccuracy.value == 1)
    }

    /// Through a median both attackers have the same gradients, so there is nothing to report.
    @Test func exactGradientsAreNotReported() throws {
      let found = try comparison(["median:size=2"])
      let budget = try #require(found.budgets.first)
      #expect(budget.naive == budget.adaptive && budget.masked == 0 && budget.chance == 1)
      #expect(!budget.isMasked && found.findings.isEmpty)
    }

    @Test func verdictsOfRandomDefensesRepeat() throws {
      // Each evaluation is checked against its journal by a referee who is made anew.
      let found = try comparison(["resize-pad:smallest=0.5"])
      #expect(found.transformations == ["resize-pad:smallest=0.5"])
      #expect(found.defendedCleanAccuracy.value > 0.3)
    }

    @Test func evaluationsThatDifferInMoreCannotBeCompared() throws {
      let texts = ["bit-depth:bits=2"]
      let (bare, naive) = (try results(.undefended, texts), try results(.naive, texts))
      var adaptive = try results(.adaptive, texts)
      #expect(DefenseComparison(undefended: bare, naive: naive, adaptive: adaptive) != nil)
      #expect(DefenseComparison(undefended: naive, naive: naive, adaptive: adaptive) == nil)
      adaptive.setup.seed = 1
      #expect(DefenseComparison(undefended: bare, naive: naive, adaptive: adaptive) == nil)
      adaptive.setup.seed = 0
      adaptive.setup.defense?.transformations = ["jpeg:quality=75"]
      #expect(DefenseComparison(undefended: bare, naive: naive, adaptive: adaptive) == nil)
    }

    @Test func anotherDefenseIsAnotherSetup() throws {
      let path = folder.appending(path: "journal").path
      let one = try TransformationDefense(["jpeg:quality=75"], key: RandomKey(seed: 1))
      let other = try TransformationDefense(["jpeg:quality=74"], key: RandomKey(seed: 1))
      do {
        _ = try Journal(continuing: path, with: try setup(.adaptive, one))
      }
      for different in [try setup(.naive, one), try setup(.adaptive, other)] {
        #expect(throws: JournalError.self) { try Journal(continuing: path, with: different) }
      }
      _ = try Journal(continuing: path, with: try setup(.adaptive, one))
    }
  }
}
