public import TensorModule

/// An exponential moving average of weights.
///
/// Polyak and Juditsky 1992, “Acceleration of stochastic approximation by averaging”.
public struct WeightAverage {
  /// The share of the old average that each step keeps.
  public let decay: Double
  /// The averages, in the order of the weights.
  public let averages: [Tensor]

  /// An average that begins at the weights as they are.
  public init(of weights: [Tensor], decay: Double) {
    self.decay = decay
    averages = weights.map { $0.copied() }
  }

  /// Takes the weights after a step into account.
  public func update(with weights: [Tensor]) throws(EngineError) {
    try TrainingOperators.blend(averages, with: weights, share: 1 - decay)
  }
}
