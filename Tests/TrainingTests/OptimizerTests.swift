import Foundation
import TensorModule
import TestKit
import Testing

@testable import Training

extension EngineTests {
  @Suite struct OptimizerTests {
    private static let rules: [(name: String, rule: any Optimizer, rate: Double)] = [
      ("sgd", SGD(momentum: 0), 0.1),
      ("sgd-momentum", SGD(momentum: 0.9, weightDecay: 0.01), 0.1),
      ("sgd-nesterov", SGD(momentum: 0.9, isNesterov: true, weightDecay: 0.01), 0.1),
      ("adamw", AdamW(), 0.01),
      ("adamw-betas", AdamW(beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.2), 0.03),
    ]

    /// Fifty steps, with a kernel whose memory is laid out otherwise than its gradient's.
    @Test(arguments: rules.indices)
    func agreesWithPyTorchStepForStep(index: Int) throws {
      let (name, rule, rate) = Self.rules[index]
      let expected = try #require(try TrainingReference.read().optimizers[name])
      let weights = TrainingReference.weights()
      var state = rule.initialState(for: weights)
      for step in 0..<50 {
        let gradients = weights.map { TrainingReference.gradient(of: $0, atStep: step) }
        try rule.step(weights, along: gradients, rate: rate, state: &state)
        guard let expected = expected["\(step + 1)"] else { continue }
        for (weight, numbers) in zip(weights, expected) {
          expectClose(weight.floats(), numbers, "\(name) after \(step + 1) steps")
        }
      }
      #expect(state.steps == [50, 50, 50])
    }

    @Test(arguments: rules.indices)
    func weightsWithoutAGradientStay(index: Int) throws {
      let (_, rule, rate) = Self.rules[index]
      let weights = TrainingReference.weights()
      let before = weights.map { $0.floats() }
      var state = rule.initialState(for: weights)
      let gradients = [nil, TrainingReference.gradient(of: weights[1], atStep: 0), nil]
      try rule.step(weights, along: gradients, rate: rate, state: &state)
      #expect(weights[0].floats() == before[0] && weights[2].floats() == before[2])
      #expect(weights[1].floats() != before[1])
      #expect(state.steps == [0, 1, 0])
    }

    @Test func clipsLikePyTorch() throws {
      for reference in try TrainingReference.read().clipping {
        let gradients = TrainingReference.weights().map {
          TrainingReference.gradient(of: $0, atStep: 0)
        }
        let length = try GradientClipping(limit: reference.limit).apply(to: gradients)
        #expect(abs(length - reference.length) < 1e-5)
        for (gradient, numbers) in zip(gradients, reference.gradients) {
          expectClose(gradient.floats(), numbers, "limit \(reference.limit)")
        }
      }
      #expect(try GradientClipping(limit: 1).apply(to: []) == 0)
    }

    @Test func averagesLikePyTorch() throws {
      let reference = try TrainingReference.read().average
      let weights = TrainingReference.weights()
      let average = WeightAverage(of: weights, decay: reference.decay)
      let rule = SGD(momentum: 0)
      var state = rule.initialState(for: weights)
      for step in 0..<10 {
        let gradients = weights.map { TrainingReference.gradient(of: $0, atStep: step) }
        try rule.step(weights, along: gradients, rate: 0.1, state: &state)
        try average.update(with: weights)
      }
      for (found, numbers) in zip(average.averages, reference.averages) {
        expectClose(found.floats(), numbers, "average")
      }
    }
  }
}

/// Checks numbers to 1e-5 of the largest.
private func expectClose(_ found: [Float], _ expected: [Double], _ place: String) {
  #expect(found.count == expected.count, "\(place)")
  let scale = expected.map(abs).max() ?? 1
  let difference = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
  #expect(difference <= 1e-5 * scale, "\(place): differs by \(difference)")
}
