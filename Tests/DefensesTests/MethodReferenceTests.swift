import Attacks
import Datasets
import Defenses
import Imaging
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

extension EngineTests {
  /// Losses and steps against PyTorch's numbers.
  @Suite struct MethodReferenceTests {
    private static func budget(_ epsilon: Double = 0.05) throws -> PerturbationBudget {
      try PerturbationBudget(.linf, epsilon: epsilon)
    }

    /// Another method that is shown given batches, one for each epoch, whatever it is given.
    private struct Shown: TrainingMethod {
      static let name = "shown"
      let method: any TrainingMethod
      let batches: [TrainingBatch]

      func learn(
        from batch: TrainingBatch, with trainer: Trainer
      ) throws(TrainingError) -> TrainingOutcome {
        try method.learn(from: batches[trainer.nextEpoch], with: trainer)
      }
    }

    /// Adversarial training on given pictures.
    private struct OnChanged: MinimaxTraining {
      static let name = "on-changed"

      func changedImages(
        of batch: TrainingBatch, for model: TrainableClassifier
      ) throws(EngineError) -> Tensor { DefenseReference.changed }
    }

    private func train(
      by method: any TrainingMethod, on batches: [TrainingBatch]
    ) throws -> Trainer {
      let trainer = try DefenseReference.trainer(epochs: batches.count)
      let black = Picture(width: 2, height: 2, filledWith: [0, 0, 0])
      let pictures = try PictureSet(
        count: 6, shape: trainer.model.imageShape, classCount: 3
      ) { LabelledPicture(picture: black, label: 0, name: "\($0)") }
      for _ in batches {
        try trainer.trainEpoch(on: pictures, by: Shown(method: method, batches: batches))
      }
      return trainer
    }

    private func expectLoss(
      of method: any MinimaxTraining, changed: Tensor, is expected: DefenseReference.Descent
    ) throws {
      let model = try TrainableClassifier(DefenseReference.program)
      let found = try model.weightGradients { weights throws(EngineError) in
        try method.loss(
          of: DefenseReference.batch(), changed: changed, for: model, with: weights)
      }
      #expect(abs(found.loss.scalar() - expected.loss) < 1e-5 * expected.loss)
      for (gradient, numbers) in zip(found.gradients, expected.gradients) {
        expectClose(try #require(gradient).floats(), numbers)
      }
    }

    @Test func lossOfTRADES() throws {
      try expectLoss(
        of: TRADES(within: Self.budget()), changed: DefenseReference.changed,
        is: DefenseReference.read().trades)
    }

    @Test func lossOfMART() throws {
      try expectLoss(
        of: MART(within: Self.budget()), changed: DefenseReference.changed,
        is: DefenseReference.read().mart)
    }

    /// The formula of the paper divides by one minus a probability, which may be nothing.
    @Test func lossOfMARTIsFiniteWhereTheModelIsSure() throws {
      let model = try TrainableClassifier(DefenseReference.program)
      for weight in model.weights.trainedTensors {
        _ = try Operator("aten::mul_", overload: "Scalar")([.tensor(weight), .real(1000)])
      }
      let found = try model.weightGradients { weights throws(EngineError) in
        try MART(within: budget).loss(
          of: DefenseReference.batch(), changed: DefenseReference.changed, for: model,
          with: weights)
      }
      #expect(found.loss.scalar().isFinite)
      #expect(found.gradients.allSatisfy { $0?.isFinite().allTrue() == true })
    }

    private let budget: PerturbationBudget

    init() throws { budget = try Self.budget() }

    @Test func lossOfKurakin() throws {
      let clean = DefenseReference.batch().images
      try expectLoss(
        of: KurakinTraining(within: budget),
        changed: .concatenated([DefenseReference.changed[0..<3], clean[3..<6]]),
        is: DefenseReference.read().kurakin)
    }

    /// αJ(x) + (1 − α)J(x̃) from the losses of the two parts.
    @Test func lossOfTheMixture() throws {
      let model = try TrainableClassifier(DefenseReference.program)
      let batch = DefenseReference.batch()
      func loss(_ alpha: Double) throws -> Double {
        let adversary = TrainingAdversary(FGSM(), within: budget)
        return try model.weightGradients { weights throws(EngineError) in
          try FGSMMixture(against: adversary, alpha: alpha).loss(
            of: batch, changed: DefenseReference.changed, for: model, with: weights)
        }.loss.scalar()
      }
      func crossEntropy(_ images: Tensor) throws -> Double {
        try model.attackable().logits(of: images).crossEntropy(labels: batch.labels).mean().scalar()
      }
      let (clean, changed) = try (
        crossEntropy(batch.images), crossEntropy(DefenseReference.changed)
      )
      for alpha in [0.0, 0.3, 1] {
        #expect(abs(try loss(alpha) - (alpha * clean + (1 - alpha) * changed)) < 1e-6)
      }
      #expect(abs(clean - changed) > 0.01)
    }

    @Test func stepOfAWP() throws {
      let expected = try DefenseReference.read().awp
      let method = AdversarialWeightPerturbation(on: OnChanged(), gamma: 0.1)
      let trainer = try train(by: method, on: [DefenseReference.batch()])
      for (weight, numbers) in zip(trainer.model.weights.trainedTensors, expected.weights) {
        expectClose(weight.floats(), numbers)
      }
      let plain = try train(by: OnChanged(), on: [DefenseReference.batch()])
      let warming = AdversarialWeightPerturbation(on: OnChanged(), gamma: 0.1, warmUp: 1)
      let warmed = try train(by: warming, on: [DefenseReference.batch()])
      let weights = [trainer, plain, warmed].map { $0.model.weights.trainedTensors[0].floats() }
      #expect(weights[0] != weights[1] && weights[1] == weights[2])
    }

    @Test func replaysOfFree() throws {
      let expected = try DefenseReference.read().free
      let method = FreeAdversarialTraining(within: budget, replays: 3)
      let trainer = try train(
        by: method, on: [DefenseReference.batch(), DefenseReference.batch(shift: 0.4)])
      for (weight, numbers) in zip(trainer.model.weights.trainedTensors, expected.weights) {
        expectClose(weight.floats(), numbers)
      }
      let change = try #require(trainer.methodMemory.values.first)
      expectClose(change.floats(), try #require(expected.change))
      #expect(trainer.methodMemory.count == 1)
    }

    /// A smaller batch takes the first rows of the perturbation, and the others stay.
    @Test func freeRemembersForTheLargestBatch() throws {
      let whole = DefenseReference.batch()
      let part = TrainingBatch(
        images: whole.images[0..<4], labels: whole.labels[0..<4], keys: Array(whole.keys[..<4]))
      let method = FreeAdversarialTraining(within: budget, replays: 1)
      let memories = try [[whole], [whole, part], [part, whole]].map { batches in
        try #require(train(by: method, on: batches).methodMemory.values.first)
      }
      try #require(memories.map(\.count) == [6, 6, 6])
      #expect(memories[1][4..<6].floats() == memories[0][4..<6].floats())
    }
  }
}

/// Checks numbers to 1e-5 of the largest.
private func expectClose(_ found: [Float], _ expected: [Double]) {
  #expect(found.count == expected.count)
  let scale = expected.map(abs).max() ?? 1
  let difference = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
  #expect(difference <= 1e-5 * scale, "differs by \(difference)")
}
