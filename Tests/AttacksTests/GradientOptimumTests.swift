import Attacks
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

/// A model whose second logit has its one maximum at a point, and is never the greater one.
private struct Hill: DifferentiableClassifier {
  let top: Tensor
  let classCount = 2
  var imageShape: ImageShape {
    ImageShape(channels: top.shape[1], height: top.shape[2], width: top.shape[3])
  }

  func logits(of images: Tensor) -> Tensor {
    let score = -(images - top).squared().mean(along: [1, 2, 3]) * 1000 - 1
    return Tensor.concatenated([score * 0, score].map { $0.unsqueezed(at: 1) }, along: 1)
  }

  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    let result = try valueAndGradient(at: images) { images throws(EngineError) in
      let logits = logits(of: images)
      return (losses(logits), [logits])
    }
    return LossGradient(
      logits: result.auxiliary[0], losses: result.value, gradient: result.gradient)
  }
}

extension EngineTests {
  /// APGD and the momentum methods against models on which the answer is known.
  @Suite struct GradientOptimumTests {
    private static let weight: [Float] = (0..<75).map { index in
      let size = Float(1 + (index * 7) % 13) * (index == 40 ? 0.2 : 0.01)
      return index % 2 == 0 ? size : -size
    }

    /// L1 is for budgets of many coordinates: the rule that sets how sparse steps are stops short of
    /// one or two.
    private static let budgets: [(Norm, String)] = [
      (.linf, "8/255"), (.l2, "0.4"), (.l1, "12"),
    ]

    /// How much the attack adds to the logit that speaks against the label, over the most possible.
    ///
    /// With two classes the difference of logits ratio is not defined, so this tests the margin too.
    private func share(_ attack: any WhiteBoxAttack, norm: Norm, epsilon: String) throws -> Double {
      // A bias that no budget overcomes, so that the attack works to the end.
      let model = try ProgramClassifier(
        .logisticRegression(weight: Self.weight, bias: -9, channels: 3, height: 5, width: 5))
      let images = Tensor.full([1, 3, 5, 5], 0.5)
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let threat = ThreatModel(try PerturbationBudget(norm, epsilon: epsilon), pixels: .float)
      func margin(_ points: Tensor) throws -> Double {
        batch.goal.margin(of: try model.logits(of: points).converted(to: .float64)).scalar()
      }
      let clean = try margin(images)
      let found = clean - (try margin(attack.perturbed(batch, on: model, within: threat)))
      let most = clean - (try margin(FGSM().perturbed(batch, on: model, within: threat)))
      return found / most
    }

    @Test(arguments: budgets)
    func apgdReachesTheOptimumOnLinearModels(norm: Norm, epsilon: String) throws {
      for loss in APGD.Loss.allCases {
        let share = try share(APGD(loss: loss), norm: norm, epsilon: epsilon)
        #expect(abs(share - 1) < 1e-4, "\(loss)")
      }
    }

    /// The first steps are as long as the ball is wide; only shorter ones come near the top.
    @Test(arguments: [(Norm.linf, "0.1"), (.l2, "1")])
    func apgdShortensItsSteps(norm: Norm, epsilon: String) throws {
      let images = Tensor.full([4, 3, 5, 5], 0.5)
      let generator = RandomKey(seed: 1).makeGenerator()
      let top = images + Tensor.uniform(images.shape, in: -0.05...0.05, using: generator)
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor([0, 0, 0, 0])),
        keys: (0..<4).map { RandomKey(seed: 0).part($0) })
      let threat = ThreatModel(try PerturbationBudget(norm, epsilon: epsilon), pixels: .float)
      func distance(steps: Int) throws -> Double {
        let points = try APGD(steps: steps).perturbed(batch, on: Hill(top: top), within: threat)
        return (points - top).squared().mean().squareRoot().scalar()
      }
      let (few, many) = (try distance(steps: 20), try distance(steps: 300))
      #expect(many < 0.002, "\(few), then \(many)")
      #expect(many < few / 3)
    }

    @Test(arguments: [any WhiteBoxAttack](arrayLiteral: MIFGSM(), NIFGSM()))
    func momentumReachesTheOptimumOnLinearModels(attack: any WhiteBoxAttack) throws {
      #expect(abs(try share(attack, norm: .linf, epsilon: "8/255") - 1) < 1e-4)
      #expect(abs(try share(attack, norm: .l2, epsilon: "0.4") - 1) < 1e-4)
    }

    @Test(arguments: [any WhiteBoxAttack](arrayLiteral: APGD(), MIFGSM(), NIFGSM()))
    func findsAPlantedExample(attack: any WhiteBoxAttack) throws {
      let side = 12
      let generator = RandomKey(seed: 5).makeGenerator()
      let origin =
        Tensor.uniform([1, 3, side, side], in: 64...191, using: generator).rounded() / 255
      let pattern = Tensor.uniform([1, 3, side, side], in: -1...1, using: generator).sign()
      let budget = try PerturbationBudget(.linf, epsilon: "4/255")
      let model = try ProgramClassifier(
        PlantedModel.program(
          origin: origin.floats(), pattern: pattern.floats(), side: side, epsilon: budget.epsilon))
      let batch = AttackBatch(
        origin, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let found = try attack.perturbed(batch, on: model, within: ThreatModel(budget))
      #expect(batch.goal.isReached(by: try model.logits(of: found)).allTrue())
    }

    @Test(arguments: APGD.Loss.allCases)
    func apgdReachesTargets(loss: APGD.Loss) throws {
      let signs = try SignsUnderAttack()
      let target = (signs.labels[0] + 1) % signs.model.classCount
      let rows = signs.labels.indices.filter { signs.labels[$0] != target }
      let labels = Tensor(rows.map { signs.labels[$0] })
      let goal = Goal(avoiding: labels, reaching: labels.filled(with: Double(target)))
      let batch = AttackBatch(
        signs.images.rows(rows), toward: goal, keys: rows.map { RandomKey(seed: 0).part($0) })
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "16/255"))
      let points = try APGD(loss: loss, steps: 30).perturbed(
        batch, on: signs.model, within: threat)
      let predicted = try signs.model.logits(of: points).argmax(along: 1).integers()
      #expect(predicted.count { $0 == target } > rows.count * 3 / 4)
    }
  }
}
