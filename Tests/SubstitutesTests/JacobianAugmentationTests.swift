import Attacks
import Datasets
import Imaging
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

extension EngineTests {
  @Suite struct JacobianAugmentationTests {
    /// λ_ρ = λ·(−1)^⌊ρ/τ⌋.
    @Test func theStepTurnsEveryPeriod() {
      let turning = JacobianAugmentation(steps: 26, period: 3)
      #expect((0..<8).map(turning.steps) == [26, 26, 26, -26, -26, -26, 26, 26])
      let steady = JacobianAugmentation(steps: 5, period: nil)
      #expect((0..<4).map(steady.steps) == [5, 5, 5, 5])
      #expect(JacobianAugmentation(steps: 1, period: 1).steps(inRound: 1) == -1)
    }

    private static func parents(_ images: Tensor, _ labels: [Int], round: Int) -> QueryParents {
      QueryParents(
        images: images, labels: Tensor(labels), round: round, askedBefore: 0,
        keys: labels.indices.map { RandomKey(seed: 3).part($0) })
    }

    /// For a linear model with two classes ∂ log F_y/∂x has the sign of w_y − w_other everywhere.
    @Test func movesAlongTheGradientOfTheAnswersClass() throws {
      let weight: [Float] = [1, -2, 0, 3, -1, 1, 0, -2]
      let model = try ProgramClassifier(
        .softmaxRegression(weight: weight, bias: [0, 0], channels: 1, height: 2, width: 2))
      let images =
        Tensor([100, 100, 100, 100, 10, 250, 7, 128] as [Float], shape: [2, 1, 2, 2]) / 255
      let made = try JacobianAugmentation(steps: 20).pictures(
        from: Self.parents(images, [0, 1], round: 0), on: model)
      // w_0 − w_1 = (2, −3, 0, 5); the second picture was taken for class 1, and stays in 0…255.
      #expect(
        (made * 255).rounded().floats() == [120, 80, 100, 120, 0, 255, 7, 108])
      let back = try JacobianAugmentation(steps: 20, period: 1).pictures(
        from: Self.parents(images, [0, 1], round: 1), on: model)
      #expect((back * 255).rounded().floats() == [80, 120, 100, 80, 30, 230, 7, 148])
    }

    @Test func noiseIsAsFarAndHasNoDirection() throws {
      let model = try ProgramClassifier(Scene.program())
      let images = Tensor(Scene.pictures(40))
      let parents = Self.parents(images, Array(repeating: 0, count: 40), round: 0)
      let made = try NoiseAugmentation(steps: 9).pictures(from: parents, on: model)
      let steps = ((made - images) * 255).rounded().floats()
      #expect(steps.allSatisfy { abs($0) <= 9 })
      let ups = steps.count { $0 == 9 }
      let downs = steps.count { $0 == -9 }
      // 640 signs, a few of them cut off at black and white.
      #expect(ups + downs > 560 && abs(ups - downs) < 100)
      // A picture's noise does not depend on the others.
      let alone = QueryParents(
        images: images[7..<8], labels: Tensor([0]), round: 0, askedBefore: 0,
        keys: [parents.keys[7]])
      #expect(
        try NoiseAugmentation(steps: 9).pictures(from: alone, on: model).floats()
          == made[7..<8].floats())
    }

    @Test func naturalPicturesComeInTheirOrderUntilThereAreNoMore() throws {
      let pool = Scene.pictures(5)
      let growth = NaturalPictures(count: 5) { pool[$0] }
      let model = try ProgramClassifier(Scene.program())
      var parents = Self.parents(Tensor(Scene.pictures(3, seed: 9)), [0, 0, 0], round: 0)
      let first = try growth.pictures(from: parents, on: model)
      #expect(first.floats() == Tensor(Array(pool[0..<3])).floats())
      parents.askedBefore = 3
      #expect(
        try growth.pictures(from: parents, on: model).floats()
          == Tensor(Array(pool[3..<5])).floats())
      parents.askedBefore = 6
      #expect(try growth.pictures(from: parents, on: model).count == 0)
    }
  }
}
