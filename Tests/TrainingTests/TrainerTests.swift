import Datasets
import Foundation
import Imaging
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

extension EngineTests {
  /// Small models that learn planted classes.
  @Suite struct TrainerTests {
    private static func trainer(
      epochs: Int = 4, rate: Double = 0.2, seed: UInt64 = 0, averageDecay: Double? = nil
    ) throws -> Trainer {
      Trainer(
        try TrainableClassifier(PlantedClasses.program(seed: 1)), with: SGD(weightDecay: 1e-4),
        by: TrainingPlan(
          epochs: epochs, batchSize: 16, rate: rate, averageDecay: averageDecay,
          augmentation: Augmentation(cutout: 1), seed: seed))
    }

    @Test func picturesComeBackAsTheyWere() throws {
      let pictures = try PlantedClasses.pictures(5)
      let expected = Tensor(try [4, 1].map { try PlantedClasses.sample($0).picture })
      #expect(pictures.images([4, 1]).floats() == expected.floats())
      #expect(pictures.images([4, 1]).shape == [2, 3, 4, 4])
      #expect(pictures.labels([4, 1]).integers() == [pictures.labels[4], pictures.labels[1]])
    }

    @Test func whatCannotBeLearnedFromIsRefused() throws {
      let good = try PlantedClasses.sample(0)
      func load(_ label: Int?, channels: Int = 3) throws {
        _ = try PictureSet(
          count: 1, shape: ImageShape(channels: channels, height: 4, width: 4), classCount: 3
        ) { _ in LabelledPicture(picture: good.picture, label: label, name: "x") }
      }
      #expect(throws: TrainingError.unlabelled("x")) { try load(nil) }
      #expect(throws: TrainingError.noSuchClass("x", 3, classCount: 3)) { try load(3) }
      #expect(throws: TrainingError.wrongShape("x")) { try load(0, channels: 1) }
    }

    @Test func learnsPlantedClasses() throws {
      let trainer = try Self.trainer(epochs: 30)
      let pictures = try PlantedClasses.pictures()
      var outcomes: [TrainingOutcome] = []
      var reports = 0
      for _ in 0..<30 {
        outcomes.append(
          try trainer.trainEpoch(on: pictures, by: StandardTraining()) { _ in reports += 1 })
      }
      #expect(outcomes.allSatisfy { $0.count == 150 } && reports == 30 * 9)
      #expect(outcomes[0].accuracy < 0.8 && outcomes[29].loss < outcomes[0].loss / 2)
      let logits = try trainer.model.attackable().logits(of: pictures.images(Array(0..<150)))
      let right = zip(logits.argmax(along: 1).integers(), pictures.labels).count { $0 == $1 }
      #expect(right >= 140)
    }

    @Test func theSeedDecidesEverything() throws {
      let pictures = try PlantedClasses.pictures(40)
      let runs = try [UInt64(0), 0, 1].map { seed in
        let trainer = try Self.trainer(seed: seed)
        try trainer.trainEpoch(on: pictures, by: StandardTraining())
        return PlantedClasses.weights(trainer)
      }
      #expect(runs[0] == runs[1] && runs[0] != runs[2])
    }

    @Test func goesOnAsIfItHadNeverStopped() throws {
      let pictures = try PlantedClasses.pictures(40)
      let whole = try Self.trainer(averageDecay: 0.9)
      for _ in 0..<4 { try whole.trainEpoch(on: pictures, by: StandardTraining()) }
      let first = try Self.trainer(averageDecay: 0.9)
      for _ in 0..<2 { try first.trainEpoch(on: pictures, by: StandardTraining()) }
      let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: file) }
      try first.checkpoint().write(to: file.path)
      let second = try Self.trainer(averageDecay: 0.9)
      try second.restore(SafeTensors(contentsOf: file.path))
      #expect(
        second.nextEpoch == 2 && PlantedClasses.weights(second) == PlantedClasses.weights(first))
      for _ in 0..<2 { try second.trainEpoch(on: pictures, by: StandardTraining()) }
      #expect(PlantedClasses.weights(second) == PlantedClasses.weights(whole))
      #expect(second.checkpoint() == whole.checkpoint())
      let other = try Self.trainer(rate: 0.1, averageDecay: 0.9)
      #expect(throws: TrainingError.unfitCheckpoint("the run had other settings")) {
        try other.restore(first.checkpoint())
      }
    }

    @Test func aBitThatChangedIsNoticed() throws {
      let trainer = try Self.trainer()
      try trainer.trainEpoch(on: PlantedClasses.pictures(40), by: StandardTraining())
      let sound = trainer.checkpoint()
      let (fresh, weights) = (try Self.trainer(), PlantedClasses.weights(trainer))
      for name in sound.entries.keys {
        var damaged = sound
        let numbers = try #require(sound.entries[name]).values
        let last = Float(bitPattern: numbers[numbers.count - 1].bitPattern ^ 1)
        damaged.entries[name]?.values[numbers.count - 1] = last
        #expect(throws: TrainingError.self, "\(name)") { try fresh.restore(damaged) }
      }
      #expect(fresh.nextEpoch == 0 && PlantedClasses.weights(fresh) != weights)
      var unsealed = sound
      unsealed.metadata["sha256"] = nil
      #expect(throws: TrainingError.self) { try fresh.restore(unsealed) }
      try fresh.restore(sound)
      #expect(PlantedClasses.weights(fresh) == weights)
    }

    @Test func aLossThatIsNoNumberStopsBeforeTheWeightsDo() throws {
      let trainer = try Self.trainer(rate: 1e38)
      let pictures = try PlantedClasses.pictures(40)
      #expect(throws: TrainingError.notFinite(epoch: 1)) {
        try trainer.trainEpoch(on: pictures, by: StandardTraining())
      }
    }

    /// A method that wants one class for each picture.
    private struct Plain: TrainingMethod {
      static let name = "plain"

      func learn(
        from batch: TrainingBatch, with trainer: Trainer
      ) throws(TrainingError) -> TrainingOutcome {
        try StandardTraining().learn(from: batch, with: trainer)
      }
    }

    @Test func learnsFromBlendsOrRefusesThem() throws {
      let pictures = try PlantedClasses.pictures()
      let trainer = Trainer(
        try TrainableClassifier(PlantedClasses.program(seed: 1)), with: SGD(),
        by: TrainingPlan(epochs: 30, batchSize: 16, rate: 0.2, mixup: Mixup(concentration: 0.2)))
      #expect(throws: TrainingError.self) { try trainer.trainEpoch(on: pictures, by: Plain()) }
      for _ in 0..<30 { try trainer.trainEpoch(on: pictures, by: StandardTraining()) }
      let logits = try trainer.model.attackable().logits(of: pictures.images(Array(0..<150)))
      let right = zip(logits.argmax(along: 1).integers(), pictures.labels).count { $0 == $1 }
      #expect(right >= 130)
    }
  }
}
