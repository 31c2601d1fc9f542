import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Attacks

extension EngineTests {
  /// The parts of the minimum-norm attacks whose mistakes later steps would hide.
  @Suite struct BoundaryGeometryTests {
    /// Six steep coordinates with little room, and six flat ones.
    ///
    /// 0.42 is missing, of which the steep ones can give 0.3. The flat ones, with slopes of 0.1, give
    /// the rest: 0.2 each.
    @Test(arguments: [Norm.linf, .l2, .l1], [1.0, -1])
    func oneStepIsTheShortestInsideTheBox(norm: Norm, sign: Double) {
      let size = (0..<12).map { Float($0 < 6 ? 1 : 0.1) }
      let room = (0..<12).map { Float($0 < 6 ? 0.05 : 0.5) }
      let plane = BoxedHyperplane(
        normal: Tensor(size, shape: [1, 12]) * sign, in: norm)
      let points = -Tensor(room, shape: [1, 12]) + 1
      let step = plane.step(from: points, raising: Tensor.full([1, 1], 0.42 * sign))
      let expected = (0..<6).map { _ in Float(0.05) }
      let changes = step.floats()
      #expect(zip(changes.prefix(6), expected).allSatisfy { abs($0 - $1) < 1e-5 })
      #expect(abs(changes.suffix(6).reduce(0, +) - 1.2) < 1e-4)
      if norm != .l1 { #expect(changes.suffix(6).allSatisfy { abs($0 - 0.2) < 1e-5 }) }
    }

    @Test(arguments: [Norm.linf, .l2, .l1])
    func whatIsOutOfReachGoesAsFarAsItCan(norm: Norm) {
      let plane = BoxedHyperplane(normal: Tensor([1, -1, 0] as [Float], shape: [1, 3]), in: norm)
      let step = plane.step(
        from: Tensor([0.75, 0.75, 0.75] as [Float], shape: [1, 3]),
        raising: Tensor.full([1, 1], 9))
      #expect(step.floats() == [0.25, -0.75, 0])
    }

    @Test func theLineIsSearchedForTheBoundary() throws {
      let model = try ProgramClassifier(
        .logisticRegression(
          weight: [Float](repeating: 1, count: 12), bias: -7.2, channels: 3, height: 2, width: 2))
      let batch = AttackBatch(
        .full([1, 3, 2, 2], 0.5), toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      var closest = ClosestPoints(of: batch, in: .linf)
      let far = Tensor.full([1, 3, 2, 2], 0.9)
      closest.consider(far, logits: try model.logits(of: far), rows: [0])
      #expect(closest.distances[0] > 0.39)
      try BoundarySearch(steps: 3).tighten(&closest, of: batch, on: model, enough: nil)
      #expect(closest.distances[0] >= 0.1 * (1 - 1e-5))
      #expect(closest.distances[0] < 0.105)
    }
  }
}
