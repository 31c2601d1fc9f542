public import TensorModule

/// Adam with decoupled weight decay, as PyTorch's `AdamW` computes it.
///
/// Loshchilov and Hutter 2019, “Decoupled weight decay regularization”. Runs in libtorch's fused
/// operator.
public struct AdamW: Optimizer {
  /// `adamw`.
  public static let name = "adamw"
  /// How long the mean of the gradients is remembered.
  public var beta1: Double
  /// How long the mean of their squares is remembered.
  public var beta2: Double
  /// What keeps the division away from zero.
  public var epsilon: Double
  /// The share of a weight that goes in a step of rate 1; biases and norms are spared.
  public var weightDecay: Double

  /// The rule.
  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Zero means.
  public func initialState(for weights: [Tensor]) -> OptimizerState {
    OptimizerState(
      memories: [
        "mean": weights.map { $0.filled(with: 0) }, "square": weights.map { $0.filled(with: 0) },
      ], steps: weights.map { _ in 0 })
  }

  /// One step of descent.
  public func step(
    _ weights: [Tensor], along gradients: [Tensor?], rate: Double, state: inout OptimizerState
  ) throws(EngineError) {
    for (decay, indices) in DecayGroups(weights, gradients, decay: weightDecay).groups {
      let alike = try DecayGroups.alike(gradients, to: weights, at: indices)
      for index in indices { state.steps[index] += 1 }
      let (means, squares) = (state.memories["mean"] ?? [], state.memories["square"] ?? [])
      _ = try TrainingOperators.fusedAdamW([
        .tensors(indices.map { weights[$0] }), .tensors(alike),
        .tensors(indices.map { means[$0] }), .tensors(indices.map { squares[$0] }), .tensors([]),
        // The operator is told how many steps were made, this one included.
        .tensors(indices.map { Tensor.full([], Double(state.steps[$0])) }),
        .real(rate), .real(beta1), .real(beta2), .real(decay), .real(epsilon), .truth(false),
        .truth(false), .absent, .absent,
      ])
    }
  }
}
