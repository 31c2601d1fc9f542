import Attacks
import Datasets
import Evaluation
import Imaging
import OracleTestKit
import Oracles
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

extension EngineTests {
  @Suite struct TransferStageTests {
    private static func attack(
      _ attack: any Attack = FGSM(), epsilon: String = "60/255", target: Int? = nil
    ) throws -> TransferTrial {
      try TransferTrial(
        attack, within: ThreatModel(PerturbationBudget(.linf, epsilon: epsilon), pixels: .eightBit),
        target: target)
    }

    /// Forty pictures with the service's own answers as labels, the first three of them wrong.
    private static func samples() throws -> [LabelledPicture] {
      let pictures = Scene.pictures(40, seed: 21)
      let answers = try Scene().oracle.labels(of: Tensor(pictures)).integers()
      return pictures.indices.map { number in
        LabelledPicture(
          picture: pictures[number],
          label: number < 3 ? (answers[number] + 1) % Scene.classCount : answers[number],
          name: "\(number)")
      }
    }

    @Test func onlyWhatTheServiceConfirmsCounts() throws {
      let scene = try Scene()
      var stage = TransferStage(before: scene.oracle)
      try stage.look(at: Self.samples())
      let attack = try Self.attack()
      #expect(stage.rows(for: attack) == Array(3..<40))
      let outcomes = try stage.transfer(attack, on: Scene.model())
      #expect(outcomes.count == 37 && outcomes.map(\.picture) == Array(3..<40))
      for outcome in outcomes {
        let original = stage.originals[outcome.picture]
        let answer = try scene.oracle.labels(of: Tensor([outcome.point])).integers()[0]
        #expect(outcome.answer == answer && outcome.substitute == answer)
        #expect((outcome.outcome == .newlyWrong) == (answer != original.label))
        #expect(outcome.distances.maximumInPixels <= 60)
      }
      #expect(outcomes.count { $0.outcome == .newlyWrong } > 10)
      // Every picture once as it is, and once after the attack.
      #expect(scene.service.sent.count <= 77 && !stage.isCutShort)
    }

    @Test func aTargetIsReachedOrNot() throws {
      var stage = TransferStage(before: try Scene().oracle)
      try stage.look(at: Self.samples())
      let attack = try Self.attack(PGD(steps: 20), target: 1)
      let outcomes = try stage.transfer(attack, on: Scene.model())
      #expect(outcomes.allSatisfy { stage.originals[$0.picture].label != 1 })
      #expect(outcomes.allSatisfy { ($0.outcome == .newlyWrong) == ($0.answer == 1) })
      #expect(outcomes.contains { $0.outcome == .newlyWrong })
    }

    /// An attack that ends at its first success would leave a picture that the substitute gets wrong as it
    /// is; all of its steps are taken instead.
    @Test func stepsAreTakenThoughTheSubstituteIsFooled() throws {
      let images = Tensor(Scene.pictures(6, seed: 30))
      let labels = try Scene().oracle.labels(of: images).integers().map { ($0 + 1) % 3 }
      let points = try Self.attack(PGD(steps: 3, startsRandomly: false)).points(
        from: images, labels: labels, numbers: Array(0..<6), on: Scene.model())
      for row in 0..<6 {
        #expect((points[row] - images[row]).magnitude().max().scalar() > 10.0 / 255)
      }
    }

    @Test func aSpentBudgetLeavesWhatWasAnswered() throws {
      let scene = try Scene(limit: 50)
      var stage = TransferStage(before: scene.oracle)
      try stage.look(at: Self.samples())
      let outcomes = try stage.transfer(Self.attack(), on: Scene.model())
      #expect(stage.isCutShort && outcomes.count == 10 && scene.service.sent.count == 50)
      var poor = TransferStage(before: try Scene(limit: 4).oracle)
      try poor.look(at: Self.samples())
      #expect(poor.originals.count == 4 && poor.isCutShort)
    }

    @Test func picturesWithoutLabelsAreTakenForWhatTheServiceSays() throws {
      var stage = TransferStage(before: try Scene().oracle)
      let samples = try Self.samples().map { sample in
        LabelledPicture(picture: sample.picture, label: nil, name: sample.name)
      }
      try stage.look(at: samples)
      #expect(stage.rows(for: try Self.attack()) == Array(0..<40))
    }
  }
}
