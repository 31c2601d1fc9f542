import Attacks
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

/// A model that looks at pictures in a way of its own at each call.
private final class Shaken: DifferentiableClassifier {
  let model: ProgramClassifier
  private let key: RandomKey
  private var calls = 0
  /// How strong the noise on the gradient and on the picture is.
  private let strength: Double

  init(_ model: ProgramClassifier, strength: Double, key: RandomKey) {
    self.model = model
    self.strength = strength
    self.key = key
  }

  var imageShape: ImageShape { model.imageShape }
  var classCount: Int { model.classCount }

  func logits(of images: Tensor) throws(EngineError) -> Tensor {
    try model.logits(of: images + noise(like: images))
  }

  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    var result = try model.lossGradient(at: images + noise(like: images), of: losses)
    let scale = result.gradient.magnitude().mean().scalar() / strength
    result.gradient = result.gradient + noise(like: images) * (16 * scale)
    return result
  }

  private func noise(like images: Tensor) -> Tensor {
    calls += 1
    return .normal(
      images.shape, standardDeviation: strength, using: key.part(calls).makeGenerator())
  }
}

extension EngineTests {
  /// Attacks that know of a defence get around it.
  @Suite struct AdaptiveAttackTests {
    /// Whether each picture's goal is reached by what the attack finds.
    private func broken(
      _ signs: SignsUnderAttack, by attack: any WhiteBoxAttack,
      seeing view: any DifferentiableClassifier, judgedBy judge: any Classifier, epsilon: String
    ) throws -> Int {
      let batch = signs.batch()
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: epsilon))
      let points = try attack.perturbed(batch, on: view, within: threat)
      return batch.goal.isReached(by: try judge.logits(of: points)).truths().count { $0 }
    }

    /// A model whose pixels are rounded to 16 levels by an operator that gives no gradient.
    private struct Rounded: DifferentiableClassifier {
      let model: ProgramClassifier
      var imageShape: ImageShape { model.imageShape }
      var classCount: Int { model.classCount }

      static func preprocess(_ images: Tensor) -> Tensor { (images * 15).rounded() / 15 }

      func logits(of images: Tensor) throws(EngineError) -> Tensor {
        try model.logits(of: Self.preprocess(images))
      }

      func lossGradient(
        at images: Tensor, of losses: (Tensor) -> Tensor
      ) throws(EngineError) -> LossGradient {
        // Through the rounding itself, as automatic differentiation goes.
        let result = try valueAndGradient(at: images) { images throws(EngineError) in
          let seen = Self.preprocess(images)
          let inner = try model.lossGradient(at: seen, of: losses)
          return (seen * inner.gradient, [inner.logits, inner.losses])
        }
        return LossGradient(
          logits: result.auxiliary[0], losses: result.auxiliary[1], gradient: result.gradient)
      }
    }

    @Test func backwardPassApproximationGetsPastRounding() throws {
      let signs = try SignsUnderAttack()
      let defended = Rounded(model: signs.model)
      let gradient = try defended.lossGradient(
        at: signs.images, of: signs.batch().goal.crossEntropy
      ).gradient
      #expect((gradient .== 0).allTrue())
      let attack = PGD(steps: 20, startsRandomly: false)
      let already = signs.batch().goal.isReached(by: try defended.logits(of: signs.images))
        .truths().count { $0 }
      let plain = try broken(
        signs, by: attack, seeing: defended, judgedBy: defended, epsilon: "12/255")
      #expect(plain == already)
      let view = BackwardPassApproximation(of: signs.model) { Rounded.preprocess($0) }
      let adapted = try broken(
        signs, by: attack, seeing: view, judgedBy: defended, epsilon: "12/255")
      #expect(adapted >= signs.labels.count * 3 / 4)
    }

    @Test func preprocessingMayNotChangeTheShape() throws {
      let signs = try SignsUnderAttack()
      let view = BackwardPassApproximation(of: signs.model) { $0[0..<1] }
      #expect(throws: EngineError.self) { try view.logits(of: signs.images) }
    }

    @Test func averagingGetsPastRandomness() throws {
      let signs = try SignsUnderAttack()
      let losses = signs.batch().goal.crossEntropy
      let exact = try signs.model.lossGradient(at: signs.images, of: losses).gradient
      func outcome(samples: Int) throws -> (broken: Int, deviation: Double) {
        let random = Shaken(signs.model, strength: 0.01, key: RandomKey(seed: 3))
        let view = ExpectationOverTransformation(of: random, samples: samples)
        let gradient = try view.lossGradient(at: signs.images, of: losses).gradient
        let attack = PGD(steps: 3, startsRandomly: false, stopsAtSuccess: false)
        let broken = try broken(
          signs, by: attack, seeing: view, judgedBy: signs.model, epsilon: "3/255")
        return (broken, (gradient - exact).squared().mean().squareRoot().scalar())
      }
      let (once, often) = (try outcome(samples: 1), try outcome(samples: 20))
      // The mean of 20 deviates by a √20th of what one sample does.
      #expect(often.deviation < once.deviation / 3)
      #expect(often.broken >= once.broken + 2, "\(once) against \(often)")
    }

    @Test func apgdAveragesOverSamples() throws {
      let signs = try SignsUnderAttack()
      let before = signs.model.passes
      let batch = signs.batch().rows([0])
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "1/255"))
      let attack = APGD(steps: 2, samplesPerStep: 4)
      let once = try APGD(steps: 2).perturbed(batch, on: signs.model, within: threat)
      let single = signs.model.passes.forward - before.forward
      let fourTimes = try attack.perturbed(batch, on: signs.model, within: threat)
      #expect(signs.model.passes.forward - before.forward == 5 * single)
      // The model is not random, so the mean is the same.
      #expect(once.floats() == fourTimes.floats())
    }

    @Test func gradientsOfTransformationsAreChained() throws {
      let signs = try SignsUnderAttack()
      let losses = signs.batch().goal.crossEntropy
      let view = ExpectationOverTransformation(
        of: signs.model, samples: 3, key: RandomKey(seed: 0)
      ) { images, _ in images * 0.5 + 0.25 }
      let found = try view.lossGradient(at: signs.images, of: losses)
      let inner = try signs.model.lossGradient(at: signs.images * 0.5 + 0.25, of: losses)
      #expect((found.gradient - inner.gradient * 0.5).magnitude().max().scalar() < 1e-5)
      #expect((found.losses - inner.losses).magnitude().max().scalar() < 1e-5)
      #expect(try view.logits(of: signs.images).shape == inner.logits.shape)
    }

    @Test func drawsAreTheSameEachTime() throws {
      let signs = try SignsUnderAttack()
      let view = ExpectationOverTransformation(
        of: signs.model, samples: 3, key: RandomKey(seed: 0)
      ) { images, key in
        images + .normal(Array(images.shape.dropFirst()), using: key.makeGenerator()) * 0.05
      }
      let together = try view.logits(of: signs.images)
      let alone = try view.logits(of: signs.images.rows([2]))
      #expect((together.rows([2]) - alone).magnitude().max().scalar() < 1e-3)
      let plain = try signs.model.logits(of: signs.images)
      #expect((together - plain).magnitude().max().scalar() > 1e-2)
    }
  }
}
