import Attacks
import Defenses
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

extension EngineTests {
  /// Batch norms that are kept apart.
  @Suite struct AdvPropTests {
    private static let program = SmallModels.convolutional(
      side: PlantedPictures.side, classCount: 2)
    private static let statistics = ["norm.running_mean", "norm.running_var"]

    /// A model after one epoch of one batch.
    private func trained(by text: String, rate: Double = 0.1) throws -> TrainableClassifier {
      let method = try MethodRow(text).method(within: 0.05)
      let trainer = try MethodRow.trainer(
        Self.program, for: method, epochs: 1, rate: rate, batchSize: 20)
      try trainer.trainEpoch(on: PlantedPictures.set(20), by: method)
      return trainer.model
    }

    private func floats(_ name: String, of model: TrainableClassifier) throws -> [Float] {
      let index = try #require(model.weights.names.firstIndex(of: name))
      return model.weights.tensors[index].floats()
    }

    /// Within rounding, because the pictures of a batch may come in another order of memory.
    private func expectSame(_ left: [Float], _ right: [Float]) {
      #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-6 }, "\(left) and \(right)")
    }

    private func differ(_ left: [Float], _ right: [Float]) -> Bool {
      zip(left, right).contains { abs($0 - $1) > 1e-5 }
    }

    @Test(arguments: ["advprop", "advprop:strengths=3", "advprop:attacks=fgsm+pgd"])
    func adversarialPicturesDoNotTouchTheMainStatistics(text: String) throws {
      let (standard, model) = try (trained(by: "standard"), trained(by: text))
      for name in Self.statistics {
        try expectSame(floats(name, of: model), floats(name, of: standard))
        for set in 1...model.weights.auxiliaryCount {
          #expect(try differ(floats("\(name)@\(set)", of: model), floats(name, of: model)))
        }
      }
    }

    @Test func eachStrengthHasStatisticsOfItsOwn() throws {
      let model = try trained(by: "advprop:strengths=3,target=untargeted")
      let variances = try (1...3).map { try floats("norm.running_var@\($0)", of: model) }
      #expect(model.weights.auxiliaryCount == 3)
      #expect(differ(variances[0], variances[1]) && differ(variances[1], variances[2]))
    }

    @Test func theAblationMovesTheMainStatistics() throws {
      let (standard, shared) = try (trained(by: "standard"), trained(by: "advprop:shared=true"))
      #expect(shared.weights.auxiliaryCount == 0)
      #expect(
        try differ(
          floats("norm.running_var", of: shared), floats("norm.running_var", of: standard)))
    }

    /// The loss is the sum of both sides, and only the auxiliary norm learns from adversarial pictures.
    @Test func theMainNormLearnsFromPicturesAsTheyAreAlone() throws {
      let (standard, model) = try (trained(by: "standard"), trained(by: "advprop"))
      try expectSame(floats("norm.weight", of: model), floats("norm.weight", of: standard))
      #expect(
        try differ(floats("norm.weight@1", of: model), floats("norm.weight", of: model)))
      #expect(try differ(floats("conv.weight", of: model), floats("conv.weight", of: standard)))
    }

    @Test func theAttackSeesTheAuxiliarySide() throws {
      let method = try #require(
        MethodRow("advprop").method(within: 0.05) as? AdvProp)
      let pictures = try PlantedPictures.set(6)
      let batch = TrainingBatch(
        images: pictures.images(Array(0..<6)), labels: pictures.labels(Array(0..<6)),
        keys: (0..<6).map { RandomKey(seed: 3).part($0) })
      func images(turning name: String?) throws -> [Float] {
        let model = try TrainableClassifier(Self.program, auxiliaryCount: 1)
        if let index = model.weights.names.firstIndex(where: { $0 == name }) {
          _ = try Operator("aten::mul_", overload: "Scalar")([
            .tensor(model.weights.tensors[index]), .real(-1),
          ])
        }
        return try method.changedImages(of: batch, for: model).floats()
      }
      let usual = try images(turning: nil)
      #expect(try images(turning: "norm.weight") == usual)
      #expect(try images(turning: "norm.weight@1") != usual)
    }

    @Test(arguments: ["advprop", "fast-advprop"])
    func modelsWithoutBatchNormAreRefused(text: String) throws {
      let method = try MethodRow(text).method(within: 0.05)
      let pictures = try PlantedPictures.set(20)
      let linear = SmallModels.linear(side: PlantedPictures.side, classCount: 2)
      let trainer = try MethodRow.trainer(linear, for: method, epochs: 1)
      #expect {
        try trainer.trainEpoch(on: pictures, by: method)
      } throws: { error in
        "\(error)".contains("no batch norms") && "\(error)".contains("fgsm-mixture")
      }
      let single = try MethodRow.trainer(Self.program, for: StandardTraining(), epochs: 1)
      #expect {
        try single.trainEpoch(on: pictures, by: method)
      } throws: { error in
        "\(error)".contains("auxiliary")
      }
    }

    /// Main norms see the pictures that stay as they are, a mean over these alone.
    @Test func fastAdvPropKeepsMostPicturesAsTheyAre() throws {
      let method = FastAdvProp(within: try PerturbationBudget(.linf, epsilon: 0.05), share: 0.25)
      let pictures = try PlantedPictures.set(20)
      let trainer = Trainer(
        try TrainableClassifier(Self.program, auxiliaryCount: 1), with: SGD(momentum: 0),
        by: TrainingPlan(epochs: 1, batchSize: 20, rate: 0.1, schedule: Schedule(.constant)))
      let spy = Spy(method: method)
      try trainer.trainEpoch(on: pictures, by: spy)
      let kept = try #require(spy.batch)
      let fresh = try TrainableClassifier(Self.program)
      let descent = try fresh.weightGradients { weights throws(EngineError) in
        let logits = try fresh.logits(
          of: kept.images[0..<15], in: .training, with: weights.parameters())
        return (logits.crossEntropy(labels: kept.labels[0..<15]).mean(), [logits])
      }
      for name in Self.statistics {
        try expectSame(floats(name, of: trainer.model), floats(name, of: fresh))
        #expect(
          try differ(floats("\(name)@1", of: trainer.model), floats(name, of: trainer.model)))
      }
      let place = try #require(
        fresh.weights.trained.firstIndex { fresh.weights.names[$0] == "norm.weight" })
      let gradient = try #require(descent.gradients[place])
      try expectSame(floats("norm.weight", of: trainer.model), (gradient * -0.1 + 1).floats())
    }

    /// Remembers the last batch.
    private final class Spy: TrainingMethod {
      static let name = "spy"
      private let method: any TrainingMethod
      private(set) var batch: TrainingBatch?

      init(method: any TrainingMethod) { self.method = method }

      func learn(
        from batch: TrainingBatch, with trainer: Trainer
      ) throws(TrainingError) -> TrainingOutcome {
        self.batch = batch
        return try method.learn(from: batch, with: trainer)
      }
    }

    /// AWP takes two passes a step, and statistics see one of them.
    @Test func awpMovesStatisticsOnce() throws {
      let (plain, moved) = try (trained(by: "pgd"), trained(by: "awp:gamma=0.000000001"))
      for name in Self.statistics {
        try expectSame(floats(name, of: moved), floats(name, of: plain))
      }
    }
  }
}
