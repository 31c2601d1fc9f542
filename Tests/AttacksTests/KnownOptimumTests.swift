import Attacks
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Attacks against models on which the answer is known.
  @Suite struct KnownOptimumTests {
    /// Weights of both signs, none zero, with one largest.
    private static let weight: [Float] = (0..<75).map { index in
      let size = Float(1 + (index * 7) % 13) * (index == 40 ? 0.2 : 0.01)
      return index % 2 == 0 ? size : -size
    }

    private static func logisticRegression() throws -> ProgramClassifier {
      try ProgramClassifier(
        .logisticRegression(weight: weight, bias: 0.1, channels: 3, height: 5, width: 5))
    }

    private static func logit(_ images: Tensor, _ model: ProgramClassifier) throws -> [Double] {
      let logits = try model.logits(of: images).converted(to: .float64)
      return (logits.narrowed(to: 1..<2, along: 1) - logits.narrowed(to: 0..<1, along: 1)).doubles()
    }

    @Test(arguments: zip([Norm.linf, .l2, .l1], ["8/255", "0.4", "0.3"]))
    func fgsmReachesTheOptimumOnLinearModels(norm: Norm, epsilon: String) throws {
      let model = try Self.logisticRegression()
      let images = Tensor.full([2, 3, 5, 5], 0.5)
      let budget = try PerturbationBudget(norm, epsilon: epsilon)
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor([0, 1])),
        keys: [RandomKey(seed: 0), RandomKey(seed: 1)])
      let points = try FGSM().perturbed(
        batch, on: model, within: ThreatModel(budget, pixels: .float))
      let change = zip(try Self.logit(points, model), try Self.logit(images, model)).map(-)
      let dual = Self.dualNorm(of: Self.weight.map(Double.init), to: norm)
      // Up for the sample of class 0, down for that of class 1, by ε times the dual norm.
      #expect(abs(change[0] / (budget.epsilon * dual) - 1) < 1e-5)
      #expect(abs(change[1] / (budget.epsilon * dual) + 1) < 1e-5)
    }

    /// The largest w·η over ‖η‖ ≤ 1.
    private static func dualNorm(of weight: [Double], to norm: Norm) -> Double {
      switch norm {
      case .linf: weight.map(abs).reduce(0, +)
      case .l2: weight.map { $0 * $0 }.reduce(0, +).squareRoot()
      case .l1, .l0: weight.map(abs).max() ?? 0
      }
    }

    @Test func onTheGridFGSMMovesByWholeSteps() throws {
      let model = try Self.logisticRegression()
      let images = Tensor.full([1, 3, 5, 5], 128.0 / 255)
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "7.9px"))
      let points = try FGSM().perturbed(batch, on: model, within: threat)
      let steps = ((points - images) * 255).rounded().floats()
      #expect(Set(steps.map(abs)) == [7])
    }

    /// A smooth model that is right nearly everywhere, with an adversarial example planted at a
    /// corner of the ball that no random point comes near.
    ///
    /// After Zimmermann, Brendel, Tramèr and Carlini 2022.
    @Test func pgdFindsAPlantedExample() throws {
      let side = 12
      let generator = RandomKey(seed: 5).makeGenerator()
      let origin =
        Tensor.uniform([1, 3, side, side], in: 64...191, using: generator)
        .rounded() / 255
      let pattern = Tensor.uniform([1, 3, side, side], in: -1...1, using: generator).sign()
      let budget = try PerturbationBudget(.linf, epsilon: "4/255")
      let model = try ProgramClassifier(
        PlantedModel.program(
          origin: origin.floats(), pattern: pattern.floats(), side: side, epsilon: budget.epsilon))
      let batch = AttackBatch(
        origin, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let threat = ThreatModel(budget)

      let planted = origin + pattern * budget.epsilon
      let (clean, adversarial) = (try model.logits(of: origin), try model.logits(of: planted))
      #expect(!batch.goal.isReached(by: clean).anyTrue())
      #expect(batch.goal.isReached(by: adversarial).allTrue())
      let noise = Tensor.uniform([200, 3, side, side], in: -1...1, using: generator).sign()
      let noisy = try model.logits(of: origin + noise * budget.epsilon)
      #expect(!noisy.argmax(along: 1).truths().contains(true))

      let found = try PGD(steps: 20).perturbed(batch, on: model, within: threat)
      #expect(batch.goal.isReached(by: try model.logits(of: found)).allTrue())
    }
  }
}
