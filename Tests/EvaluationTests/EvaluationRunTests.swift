import Evaluation
import Foundation
import ProgramRuntime
import GRDB
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Evaluations end with the same results, however they get there.
  @Suite struct EvaluationRunTests {
    @Test func goesOnAfterEveryUnitWithTheSameResult() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup()
      try small.run(setup, in: "whole")
      let whole = try #require(try small.results(setup, in: "whole"))
      let passes = small.model.passes
      // 3 batches × 2 attacks × 2 budgets; stopped after each of them in a process of its own.
      for _ in 0..<12 { try small.run(setup, in: "pieces", units: 1) }
      #expect(try small.results(setup, in: "pieces") == whole)
      // The samples ask the model for their labels when they are loaded; attacks must not be repeated.
      let again = small.model.passes - passes
      #expect(again.backward == whole.attacks.reduce(0) { $0 + $1.backwardPasses })
      #expect(whole.progress.isComplete && whole.samples.count == SmallEvaluation.count)
    }

    @Test(arguments: [1, 7, 23, 64])
    func doesNotDependOnTheBatchSize(size: Int) throws {
      let small = try SmallEvaluation()
      let attacks = ["fgsm", "pgd:steps=5", "apgd-t:steps=10", "square:queries=30", "fmn:steps=20"]
      let reference = try small.setup(attacks: attacks, batchSize: 8)
      let other = try small.setup(attacks: attacks, batchSize: size)
      try small.run(reference, in: "reference")
      try small.run(other, in: "other")
      let (first, second) = (
        try #require(try small.results(reference, in: "reference")),
        try #require(try small.results(other, in: "other"))
      )
      #expect(first.worstCases == second.worstCases)
      #expect(first.attacks.map(\.counts) == second.attacks.map(\.counts))
    }

    @Test func aProcessThatIsKilledBeforeItsFirstWriteLeavesAnEmptyJournal() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup(attacks: ["fgsm"])
      let path = small.folder.appending(path: "run").path
      try Data().write(to: URL(filePath: path))
      #expect(throws: JournalError.missing(path)) { try Journal(opening: path) }
      try small.run(setup, in: "run")
      #expect(try small.results(setup, in: "run")?.progress.isComplete == true)
    }

    @Test func otherSettingsAreRefusedWithWhatDiffers() throws {
      let small = try SmallEvaluation()
      try small.run(try small.setup(), in: "run", units: 2)
      #expect {
        try small.run(try small.setup(attacks: ["fgsm"], seed: 7), in: "run")
      } throws: { error in
        let words = "\(error)"
        return words.contains("attacks: fgsm pgd:steps=5 then, fgsm now")
          && words.contains("seed: 0 then, 7 now")
      }
    }

    @Test func anAttackForTheNearestExampleServesAllBudgets() throws {
      let small = try SmallEvaluation()
      let one = try small.setup(attacks: ["ddn:steps=20"], epsilons: ["1"], norm: .l2)
      let many = try small.setup(
        attacks: ["ddn:steps=20"], epsilons: ["0.1", "0.3", "1"], norm: .l2)
      try small.run(one, in: "one")
      try small.run(many, in: "many")
      let (first, all) = (
        try #require(try small.results(one, in: "one")),
        try #require(try small.results(many, in: "many"))
      )
      #expect(all.attacks[0].backwardPasses == first.attacks[0].backwardPasses)
      #expect(all.attacks[2].counts == first.attacks[0].counts)
      let broken = all.attacks.map(\.counts.newlyWrong)
      #expect(broken == broken.sorted() && Set(broken).count > 1)
    }

    @Test func membersOfAnEnsembleWorkOnWhatIsLeft() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup(attacks: ["autoattack"], epsilons: ["8/255"])
      try small.run(setup, in: "run")
      let results = try #require(try small.results(setup, in: "run"))
      #expect(results.attacks.map(\.name) == ["APGD-CE", "APGD-T", "FAB-T", "Square"])
      let broken = results.attacks.map(\.counts.newlyWrong)
      #expect(broken == broken.sorted())
      #expect(results.worstCases[0].counts == results.attacks[3].counts)
      // Everyone who was fooled was fooled once.
      #expect(results.samples.allSatisfy { $0.defeats.count <= 1 })
    }

    @Test func theWorstCaseIsTakenSampleBySample() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup(attacks: ["random-sign", "fgsm"])
      try small.run(setup, in: "run")
      let results = try #require(try small.results(setup, in: "run"))
      for worst in results.worstCases {
        let fooled = results.samples.count { sample in
          sample.defeats.contains { results.attacks[$0.attack].threat.isWithin(worst.threat) }
        }
        #expect(worst.counts.newlyWrong == fooled)
        let wrong = results.samples.count { $0.clean.classIndex != $0.label }
        #expect(worst.counts.initiallyWrong == wrong && wrong == 4)
        #expect(worst.robustAccuracy.count == SmallEvaluation.count - wrong - fooled)
      }
    }

    /// A picture within a budget is one, whatever it was looked for under.
    @Test func examplesCountForEveryBudgetThatAllowsThem() throws {
      let small = try SmallEvaluation()
      var setup = try small.setup(
        attacks: ["rays:queries=200", "uniform-noise"], epsilons: ["16/255"])
      // 48 channels that move by 16/255 are 0.435 apart; RayS itself knows L∞ alone.
      setup.threats += [
        ThreatModel(try PerturbationBudget(.linf, epsilon: "16/255"), pixels: .float),
        ThreatModel(try PerturbationBudget(.l2, epsilon: "0.44")),
        ThreatModel(try PerturbationBudget(.l2, epsilon: "0.01")),
      ]
      try small.run(setup, in: "run")
      let results = try #require(try small.results(setup, in: "run"))
      let fooled = results.worstCases.map(\.counts.newlyWrong)
      let rays = try #require(results.attacks.first { $0.threat == setup.threats[0] })
      let noise = try #require(results.attacks.first { $0.threat == setup.threats[2] })
      #expect(rays.counts.newlyWrong > 3 && noise.counts.newlyWrong < rays.counts.newlyWrong)
      #expect(fooled[1] >= fooled[0] && fooled[2] >= fooled[0] && fooled[3] == 0)
    }

    @Test func attacksOfOneNameAreToldApartByTheirSettings() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup(
        attacks: ["pgd:steps=3", "fgsm", "pgd:steps=5,restarts=2", "pgd:stepSize=1/255"])
      #expect(
        try EvaluationPlan(for: setup).lines.map(\.name) == [
          "PGD (restarts 1, steps 3)", "FGSM", "PGD (restarts 2, steps 5)",
          "PGD (restarts 1, stepSize 0.00392156862745098, steps 20)",
        ])
    }

    @Test func examplesOfLessThanHalfAStepAreLostByRounding() throws {
      let small = try SmallEvaluation()
      let setup = try small.setup(attacks: ["fgsm"], epsilons: ["0.0019"], pixels: .float)
      try small.run(setup, in: "run")
      let sound = try Verification(
        of: try small.journal("run", setup), plan: try EvaluationPlan(for: setup), on: small.model)
      #expect(sound.confirmed > 0 && sound.lostByRounding == sound.confirmed)
    }

    /// Pictures that nothing fooled count as well: changing what is said of them changes the shares.
    @Test(arguments: [
      ("UPDATE sample SET class = label WHERE class != label", "is taken for class"),
      ("UPDATE sample SET confidence = confidence / 2 WHERE number = 4", "is taken for class"),
      ("UPDATE sample SET isFinite = 0 WHERE number = 3", "logits are finite"),
      ("DELETE FROM result WHERE sample = 2 AND attack = 1 AND threat = 0", "is missing"),
    ])
    func whatIsSaidOfUnfooledPicturesIsChecked(tampering: String, complaint: String) throws {
      let small = try SmallEvaluation()
      let setup = try small.setup()
      try small.run(setup, in: "run")
      let plan = try EvaluationPlan(for: setup)
      try DatabaseQueue(path: small.folder.appending(path: "run").path).write { database in
        try database.execute(sql: tampering)
      }
      let forged = try Verification(
        of: try small.journal("run", setup), plan: plan, on: small.model)
      #expect(forged.discrepancies.contains { $0.reason.contains(complaint) })
    }

    /// Members of an ensemble leave alone what an earlier one fooled; a run that was stopped has no
    /// answers yet.
    @Test(arguments: [Int.max, 5])
    func whatNeedsNoAnswerIsNotMissed(units: Int) throws {
      let small = try SmallEvaluation()
      let setup = try small.setup(attacks: ["autoattack", "fgsm", "deepfool"])
      try small.run(setup, in: "run", units: units)
      let sound = try Verification(
        of: try small.journal("run", setup), plan: try EvaluationPlan(for: setup), on: small.model)
      #expect(sound.holds)
    }

    @Test(arguments: PixelGrid.allCases)
    func theJournalHoldsItsExamples(pixels: PixelGrid) throws {
      let small = try SmallEvaluation()
      let setup = try small.setup(pixels: pixels)
      try small.run(setup, in: "run")
      let plan = try EvaluationPlan(for: setup)
      let sound = try Verification(of: try small.journal("run", setup), plan: plan, on: small.model)
      #expect(sound.claimed > 5 && sound.confirmed == sound.claimed && sound.holds)
      // What is on the grid has nothing to round.
      #expect((sound.lostByRounding == nil) == (pixels == .eightBit))
      // Points moved to other samples are examples of nothing.
      let path = small.folder.appending(path: "run").path
      try DatabaseQueue(path: path).write { database in
        try database.execute(sql: "UPDATE result SET point = (SELECT max(id) FROM point)")
      }
      let forged = try Verification(
        of: try small.journal("run", setup), plan: plan, on: small.model)
      #expect(!forged.holds && forged.confirmed < forged.claimed)
    }
  }
}
