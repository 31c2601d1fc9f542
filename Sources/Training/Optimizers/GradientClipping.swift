public import TensorModule

/// A limit to the length of all gradients together.
///
/// Pascanu, Mikolov and Bengio 2013, “On the difficulty of training recurrent neural networks”.
public struct GradientClipping: Hashable, Codable, Sendable {
  /// The greatest Euclidean length.
  public var limit: Double

  /// A limit.
  public init(limit: Double) {
    self.limit = limit
  }

  /// Shortens gradients in place so that together they are no longer than the limit.
  ///
  /// - Returns: how long they were.
  @discardableResult
  public func apply(to gradients: [Tensor]) throws(EngineError) -> Double {
    if gradients.isEmpty { return 0 }
    let length = try TrainingOperators.lengths(of: gradients).norm(order: 2, along: [0])
    // PyTorch adds the same to the length.
    let factor = (Tensor.full([], limit) / (length + 1e-6)).clamped(to: 0...1)
    try TrainingOperators.scale(gradients, by: factor)
    return length.scalar()
  }
}
