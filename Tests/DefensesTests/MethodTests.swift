import Attacks
import Defenses
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

extension EngineTests {
  /// What all training methods have in common, on a small model with batch norm.
  @Suite struct MethodTests {
    private static let program = SmallModels.convolutional(
      side: PlantedPictures.side, classCount: 2)

    @Test func everyEntryOfTheCatalogueHasARow() {
      let names = Set(MethodRow.all.map(\.name))
      #expect(names == Set(MethodCatalogue.entries.map(\.name)))
    }

    @Test(arguments: MethodRow.all)
    func lowersItsLoss(row: MethodRow) throws {
      let pictures = try PlantedPictures.set(81)
      let method = try row.method(within: 0.02)
      let trainer = try MethodRow.trainer(Self.program, for: method, epochs: 4, rate: 0.02)
      let outcomes = try (0..<4).map { _ in try trainer.trainEpoch(on: pictures, by: method) }
      #expect(outcomes.allSatisfy { $0.count == 81 && $0.loss.isFinite })
      #expect(outcomes[3].loss < outcomes[0].loss * 0.9, "\(outcomes.map(\.loss))")
      #expect(trainer.model.weights.tensors.allSatisfy { $0.isFinite().allTrue() })
      let trained = trainer.model.weights.program()
      #expect(Set(trained.weights.keys) == Set(Self.program.weights.keys))
      #expect(trained.parameterNames == Self.program.parameterNames)
    }

    @Test(arguments: MethodRow.all)
    func goesOnFromACheckpointAsIfItHadNeverStopped(row: MethodRow) throws {
      // The last batch is the larger one, so that what is remembered grows.
      let pictures = try PlantedPictures.set(31)
      let method = try row.method(within: 0.02)
      let whole = try MethodRow.trainer(Self.program, for: method, epochs: 2, batchSize: 10)
      for _ in 0..<2 { try whole.trainEpoch(on: pictures, by: method) }
      let first = try MethodRow.trainer(Self.program, for: method, epochs: 2, batchSize: 10)
      try first.trainEpoch(on: pictures, by: method)
      let second = try MethodRow.trainer(Self.program, for: method, epochs: 2, batchSize: 10)
      try second.restore(first.checkpoint())
      try second.trainEpoch(on: pictures, by: method)
      #expect(second.checkpoint() == whole.checkpoint())
    }

    @Test(arguments: MethodRow.all)
    func examplesStayWithinTheirBall(row: MethodRow) throws {
      guard let method = try row.method(within: 0.05) as? any MinimaxTraining, let reach = row.reach
      else {
        return
      }
      let model = try TrainableClassifier(Self.program, auxiliaryCount: method.auxiliaryCount)
      let pictures = try PlantedPictures.set(8)
      // Some pixels at either end, so that [0, 1] limits changes.
      let images = (pictures.images(Array(0..<8)) * 3 - 1).clamped(to: 0...1)
      let batch = TrainingBatch(
        images: images, labels: pictures.labels(Array(0..<8)),
        keys: (0..<8).map { RandomKey(seed: 4).part($0) })
      let changed = try method.changedImages(of: batch, for: model)
      let budget = try PerturbationBudget(.linf, epsilon: 0.05 * reach)
      let threat = ThreatModel(budget, pixels: .float)
      #expect(changed.floats() != images.floats())
      for start in stride(from: 0, to: changed.count, by: 8) {
        #expect(threat.allows(changed[start..<start + 8], around: images).allSatisfy { $0 })
      }
    }

    /// A linear model learns the weak pixels by standard training, and the strong one by the others.
    @Test(.releaseOnly, arguments: MethodRow.all.filter(\.raisesRobustness))
    func raisesTheRobustAccuracy(row: MethodRow) throws {
      let pictures = try PlantedPictures.set(200)
      func robustAccuracy(_ method: any TrainingMethod) throws -> Double {
        let program = SmallModels.linear(side: PlantedPictures.side, classCount: 2)
        let trainer = try MethodRow.trainer(program, for: method, epochs: 15)
        for _ in 0..<15 { try trainer.trainEpoch(on: pictures, by: method) }
        let check = CatastrophicOverfittingCheck(
          within: try PerturbationBudget(.linf, epsilon: PlantedPictures.epsilon))
        let test = try PlantedPictures.set(100, seed: 1)
        let numbers = Array(0..<100)
        return try check.reading(
          of: trainer.model.attackable(), images: test.images(numbers),
          labels: test.labels(numbers), keys: numbers.map { RandomKey(seed: 2).part($0) }
        ).pgd
      }
      let standard = try robustAccuracy(StandardTraining())
      let defended = try robustAccuracy(row.method(within: PlantedPictures.epsilon))
      #expect(standard < 0.5 && defended > standard + 0.25, "\(standard), then \(defended)")
    }
  }
}
