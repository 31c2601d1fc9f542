import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Weights that are trained: their gradients, what is frozen, and the way back into a program.
  @Suite struct TrainableClassifierTests {
    private static let program = Program.softmaxRegression(
      weight: (0..<36).map { Float($0 % 7) * 0.3 - 1 }, bias: [0.1, -0.2, 0.4], channels: 3,
      height: 2, width: 2)
    private static var images: Tensor {
      Tensor.uniform([6, 3, 2, 2], using: RandomKey(seed: 1).makeGenerator())
    }
    private static var labels: Tensor { Tensor([0, 1, 2, 0, 1, 2]) }

    private func gradients(
      _ model: TrainableClassifier
    ) throws -> WeightGradients {
      try model.weightGradients { recorded throws(EngineError) in
        let logits = try model.logits(
          of: Self.images, in: .training, with: recorded.parameters())
        return (logits.crossEntropy(labels: Self.labels).mean(), [logits])
      }
    }

    /// The gradient of the mean cross-entropy is (p − y) xᵀ / N.
    @Test func gradientsAreThoseOfTheFormula() throws {
      let model = try TrainableClassifier(Self.program)
      let result = try gradients(model)
      let truth = Self.labels.oneHot(classCount: 3).converted(to: .float32)
      let error = (result.auxiliary[0].softmax(along: 1) - truth) / 6
      let ofWeight = error.transposed(0, 1).matrixProduct(Self.images.flattenedSamples())
      #expect(model.weights.trained.count == 2 && !result.loss.requiresGradient)
      for (index, gradient) in zip(model.weights.trained, result.gradients) {
        let gradient = try #require(gradient)
        let weight = model.weights.tensors[index]
        let expected = weight.rank == 1 ? error.sum(along: [0]) : ofWeight.reshaped(weight.shape)
        #expect((gradient - expected).magnitude().max().scalar() < 1e-6)
      }
    }

    @Test func frozenWeightsHaveNoGradient() throws {
      let model = try TrainableClassifier(Self.program, freezing: { $0.hasSuffix("weight") })
      #expect(model.weights.trained.map { model.weights.tensors[$0].rank } == [1])
      #expect(try gradients(model).gradients.count == 1)
    }

    @Test func withoutWeightsThereIsNothingToTrain() {
      let error = #expect(throws: ProgramError.self) {
        try TrainableClassifier(Self.program, freezing: { _ in true })
      }
      #expect(error?.reason.contains("no weights to train") == true)
    }

    /// Training must not write into the storage that the program looks into.
    @Test func theProgramItselfStaysAsItWas() throws {
      let model = try TrainableClassifier(Self.program)
      let before = try ProgramClassifier(Self.program).logits(of: Self.images).floats()
      for weight in model.weights.trainedTensors {
        _ = try Operator("aten::mul_", overload: "Scalar")([.tensor(weight), .real(2)])
      }
      #expect(try ProgramClassifier(Self.program).logits(of: Self.images).floats() == before)
      let doubled = try ProgramClassifier(model.weights.program()).logits(of: Self.images)
      #expect(doubled.floats() == before.map { $0 * 2 })
      #expect(try model.attackable().logits(of: Self.images).floats() == doubled.floats())
    }
  }
}
