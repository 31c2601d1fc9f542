import Attacks
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Whether the attacks that minimise the norm find an example that no random point comes near.
  ///
  /// After Zimmermann, Brendel, Tramèr and Carlini 2022.
  @Suite struct NearestPlantedTests {
    @Test(arguments: NearestCase.all.filter { $0.norm == .linf })
    func findsAPlantedExample(testCase: NearestCase) throws {
      let side = 12
      let generator = RandomKey(seed: 5).makeGenerator()
      let origin =
        Tensor.uniform([1, 3, side, side], in: 64...191, using: generator).rounded() / 255
      let pattern = Tensor.uniform([1, 3, side, side], in: -1...1, using: generator).sign()
      let epsilon = 4.0 / 255
      let model = try ProgramClassifier(
        PlantedModel.program(
          origin: origin.floats(), pattern: pattern.floats(), side: side, epsilon: epsilon))
      let batch = AttackBatch(
        origin, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      #expect(!batch.goal.isReached(by: try model.logits(of: origin)).anyTrue())

      let found = try testCase.attack.closest(batch, on: model, in: .linf, enough: nil)
      #expect(batch.goal.isReached(by: try model.logits(of: found)).allTrue())
      // tanh(d/ε) = 0.7 at the boundary.
      let distance = ThreatModel.perturbation(from: origin, to: found, pixels: .float)
        .norm(order: .infinity, along: [1]).doubles()[0]
      let optimum = 0.8673 * epsilon
      #expect(distance > 0.999 * optimum)
      #expect(distance < 1.1 * optimum, "\(distance / optimum) times the optimum")
    }
  }
}
