import Attacks
import Evaluation
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

/// An attack that does what it must not.
struct Cheat: WhiteBoxAttack {
  enum Trick: String, CaseIterable, Codable {
    case leavesTheBall, leavesTheBox, leavesTheGrid, returnsNaN, doesNothing
  }

  let trick: Trick

  func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    switch trick {
    case .leavesTheBall: (batch.images * 0)
    case .leavesTheBox: batch.images - 1.0 / 255 * 200
    case .leavesTheGrid: batch.images + 0.3 / 255
    case .returnsNaN: batch.images.filled(with: .nan)
    case .doesNothing: batch.images
    }
  }
}

extension EngineTests {
  @Suite struct TrialTests {
    /// Class 1 where the picture is brighter than 128/255 on average.
    private static func brightness() throws -> ProgramClassifier {
      try ProgramClassifier(
        .logisticRegression(
          weight: [Float](repeating: 1, count: 16), bias: -16 * 128 / 255, channels: 1, height: 4,
          width: 4))
    }

    /// One picture each of these grey levels.
    private static func greys(_ levels: Double...) -> Tensor {
      Tensor.stacked(levels.map { Tensor.full([1, 4, 4], $0) / 255 })
    }

    private static func trial(
      _ attack: any WhiteBoxAttack = FGSM(), epsilon: String = "8/255",
      pixels: PixelGrid = .eightBit, objective: Objective = .untargeted
    ) throws -> Trial {
      Trial(
        attack,
        within: ThreatModel(try PerturbationBudget(.linf, epsilon: epsilon), pixels: pixels),
        objective: objective)
    }

    @Test func countsFourThingsAndNotOne() throws {
      // Bright by 4 (falls), bright by 40 (holds), dark but said to be bright (wrong already).
      let result = try Self.trial().run(
        on: try Self.brightness(), images: Self.greys(132, 168, 100), labels: [1, 1, 1],
        numbers: [0, 1, 2])
      #expect(result.outcomes == [.newlyWrong, .robust, .initiallyWrong])
      let counts = result.counts
      #expect((counts.total, counts.initiallyWrong, counts.attacked) == (3, 1, 2))
      #expect((counts.newlyWrong, counts.invalid) == (1, 0))
      #expect(counts.robustAccuracy == 1.0 / 3)
      #expect(counts.cleanAccuracy == 2.0 / 3)
      #expect(result.distances.map { $0?.maximumInPixels } == [8, 8, nil])
    }

    @Test(arguments: Cheat.Trick.allCases)
    func believesNoAttack(trick: Cheat.Trick) throws {
      let result = try Self.trial(Cheat(trick: trick)).run(
        on: try Self.brightness(), images: Self.greys(130), labels: [1], numbers: [0])
      #expect(result.outcomes == [trick == .doesNothing ? .robust : .invalid])
      #expect(result.counts.robustAccuracy == 1)
    }

    @Test func withoutLabelsThePredictionStands() throws {
      let result = try Self.trial().run(
        on: try Self.brightness(), images: Self.greys(132, 100), labels: [nil, nil],
        numbers: [0, 1])
      #expect(result.labels == [1, 0])
      #expect(result.counts.initiallyWrong == 0)
    }

    @Test func recordsSayWhatHappened() throws {
      let result = try Self.trial(objective: .target(0)).run(
        on: try Self.brightness(), images: Self.greys(132), labels: [1], numbers: [0])
      let record = result.record(ofRow: 0, named: "a") { ["dark", "bright"][$0] }
      #expect(record.clean.className == "bright")
      #expect(record.adversarial?.className == "dark")
      #expect((record.labelName, record.targetName) == ("bright", "dark"))
      #expect((record.adversarial?.confidence ?? 0) > 0.5)
    }

    @Test func refusesQuestionsThatMakeNoSense() throws {
      let model = try Self.brightness()
      func ask(_ trial: Trial, _ images: Tensor, _ label: Int) throws(TrialError) {
        _ = try trial.run(on: model, images: images, labels: [label], numbers: [0])
      }
      let picture = Self.greys(132)
      let off = picture + 0.4 / 255
      #expect(throws: TrialError.threat(.noSuchClass(2, classCount: 2))) {
        try ask(Self.trial(), picture, 2)
      }
      #expect(throws: TrialError.threat(.noSuchClass(-1, classCount: 2))) {
        try ask(Self.trial(objective: .target(-1)), picture, 1)
      }
      #expect(throws: TrialError.threat(.targetIsLabel(1))) {
        try ask(Self.trial(objective: .target(1)), picture, 1)
      }
      #expect(throws: TrialError.threat(.originalOffGrid)) { try ask(Self.trial(), off, 1) }
      try ask(Self.trial(pixels: .float), off, 1)
    }
  }
}
