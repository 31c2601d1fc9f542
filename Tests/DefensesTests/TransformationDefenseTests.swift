import Attacks
import Defenses
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// What attackers see of a defended model.
  @Suite struct TransformationDefenseTests {
    private let key = RandomKey(seed: 2)
    private let model: ProgramClassifier
    private let images: Tensor
    private let goal = Goal(avoiding: Tensor([0, 1, 1]))
    /// The weights, [2, 32].
    private let weight: Tensor

    init() throws {
      let generator = RandomKey(seed: 9).makeGenerator()
      weight = Tensor.normal([2, 32], using: generator)
      model = try ProgramClassifier(
        .softmaxRegression(
          weight: weight.floats(), bias: [0.2, -0.1], channels: 2, height: 4, width: 4))
      images = Tensor.uniform([3, 2, 4, 4], using: generator)
    }

    /// The gradient of the cross-entropy of softmax regression in what the model sees: (p − y)·W.
    private func gradient(seeing seen: Tensor) throws -> Tensor {
      let error =
        try model.logits(of: seen).softmax()
        - goal.labels.oneHot(classCount: 2).converted(to: .float32)
      return error.matrixProduct(weight).reshaped(seen.shape)
    }

    private func distance(_ first: Tensor, _ second: Tensor) -> Double {
      (first - second).magnitude().max().scalar()
    }

    @Test func anAdaptiveAttackerGoesStraightThroughRounding() throws {
      let defense = try TransformationDefense(["bit-depth:bits=2"], key: key)
      let seen = (images * 3).rounded() / 3
      let adaptive = try defense.view(.adaptive, of: model).lossGradient(
        at: images, of: goal.crossEntropy)
      #expect(distance(adaptive.gradient, try gradient(seeing: seen)) < 1e-6)
      let naive = try defense.view(.naive, of: model).lossGradient(
        at: images, of: goal.crossEntropy)
      #expect((naive.gradient .== 0).allTrue())
      let logits = try model.logits(of: seen)
      #expect(distance(naive.logits, logits) == 0 && distance(adaptive.logits, logits) == 0)
      #expect(distance(naive.losses, adaptive.losses) == 0)
      #expect(distance(try defense.defended(model).logits(of: images), logits) == 0)
    }

    /// Back through a median each pixel receives what the outputs that chose it receive.
    @Test func gradientsOfMediansAreExact() throws {
      let defense = try TransformationDefense(["median:size=3"], key: key)
      let filter = MedianFilter(size: 3)
      let inner = try gradient(seeing: filter.transformed(images, key: key)).floats()
      let (values, medians) = (images.floats(), filter.transformed(images, key: key).floats())
      var expected = [Float](repeating: 0, count: values.count)
      for plane in 0..<6 {
        let pixels = plane * 16..<(plane + 1) * 16
        for output in pixels {
          // Random pixels have no ties.
          guard let chosen = pixels.first(where: { values[$0] == medians[output] }) else {
            Issue.record("a median that is no pixel")
            continue
          }
          expected[chosen] += inner[output]
        }
      }
      for knowledge in TransformationDefense.Knowledge.allCases {
        let found = try defense.view(knowledge, of: model).lossGradient(
          at: images, of: goal.crossEntropy
        ).gradient
        #expect(distance(found, Tensor(expected, shape: images.shape)) < 1e-5)
      }
    }

    @Test func anAdaptiveAttackerAveragesOverDraws() throws {
      let defense = try TransformationDefense(["resize-pad:smallest=0.5"], draws: 5, key: key)
      let judged = try defense.defended(model).logits(of: images)
      // The referee's draws are the same each time, alone as among others, and not the attacker's.
      #expect(distance(judged, try defense.defended(model).logits(of: images)) == 0)
      #expect(
        distance(judged[1..<2], try defense.defended(model).logits(of: images.rows([1]))) < 1e-5)
      let view = defense.view(.adaptive, of: model)
      #expect(distance(judged, try view.logits(of: images)) > 1e-3)
      // A linear model's mean logits have the mean gradient: finite differences along one direction.
      let step = Tensor.normal(images.shape, using: key.makeGenerator()) * 1e-2
      func losses(_ logits: Tensor) -> Tensor { goal.margin(of: logits) }
      let slope = try view.lossGradient(at: images, of: losses).gradient * step
      let difference =
        losses(try view.logits(of: images + step)) - losses(try view.logits(of: images))
      #expect(distance(slope.flattenedSamples().sum(along: [1]), difference) < 1e-4)
      let before = model.passes
      _ = try view.lossGradient(at: images, of: losses)
      #expect((model.passes - before) == PassCount(forward: 15, backward: 15))
      _ = try defense.view(.naive, of: model).lossGradient(at: images, of: losses)
      #expect((model.passes - before) == PassCount(forward: 18, backward: 18))
    }

    @Test func transformationsFollowEachOther() throws {
      let defense = try TransformationDefense(["median:size=2", "bit-depth:bits=1"], key: key)
      let seen = MedianFilter(size: 2).transformed(images, key: key).rounded()
      #expect(
        distance(try defense.defended(model).logits(of: images), try model.logits(of: seen)) == 0)
      let naive = try defense.view(.naive, of: model).lossGradient(
        at: images, of: goal.crossEntropy)
      #expect((naive.gradient .== 0).allTrue())
      let adaptive = try defense.view(.adaptive, of: model).lossGradient(
        at: images, of: goal.crossEntropy)
      #expect(!(adaptive.gradient .== 0).allTrue())
    }
  }
}
