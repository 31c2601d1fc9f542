public import TensorModule

/// Stochastic gradient descent with momentum, as PyTorch's `SGD` without dampening computes it.
///
/// Polyak 1964, “Some methods of speeding up the convergence of iteration methods”; Nesterov's form
/// as in Sutskever, Martens, Dahl and Hinton 2013, “On the importance of initialization and momentum
/// in deep learning”. Runs in libtorch's fused operator.
public struct SGD: Optimizer {
  /// `sgd`.
  public static let name = "sgd"
  /// The share of the last step that is kept.
  public var momentum: Double
  /// Whether the gradient is looked up where the momentum leads.
  public var isNesterov: Bool
  /// What is added to the gradient for each unit of a weight; biases and norms are spared.
  public var weightDecay: Double

  /// The rule.
  public init(momentum: Double = 0.9, isNesterov: Bool = false, weightDecay: Double = 0) {
    precondition(!isNesterov || momentum > 0, "Nesterov's form needs momentum")
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.weightDecay = weightDecay
  }

  /// Zero momentum.
  public func initialState(for weights: [Tensor]) -> OptimizerState {
    OptimizerState(
      memories: momentum == 0 ? [:] : ["momentum": weights.map { $0.filled(with: 0) }],
      steps: weights.map { _ in 0 })
  }

  /// One step of descent.
  public func step(
    _ weights: [Tensor], along gradients: [Tensor?], rate: Double, state: inout OptimizerState
  ) throws(EngineError) {
    for (decay, indices) in DecayGroups(weights, gradients, decay: weightDecay).groups {
      let alike = try DecayGroups.alike(gradients, to: weights, at: indices)
      // Zero momentum makes the first step like any other, since nothing is dampened.
      let momenta = state.memories["momentum"].map { momenta in indices.map { momenta[$0] } } ?? []
      _ = try TrainingOperators.fusedSGD([
        .tensors(indices.map { weights[$0] }), .tensors(alike),
        .tensors(momenta), .real(decay), .real(momentum), .real(rate), .real(0),
        .truth(isNesterov), .truth(false), .truth(false), .absent, .absent,
      ])
      for index in indices { state.steps[index] += 1 }
    }
  }
}
