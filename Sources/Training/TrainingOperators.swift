import TensorModule

/// The operators on lists of weights: one call for all of them, each looked up once.
enum TrainingOperators {
  private static let sgd = named("_fused_sgd_")
  private static let adamW = named("_fused_adamw_")
  private static let multiplication = named("_foreach_mul_", "Tensor")
  private static let interpolation = named("_foreach_lerp_", "Scalar")
  private static let norm = named("_foreach_norm", "Scalar")

  private static func named(_ name: String, _ overload: String = "") -> Result<
    Operator, EngineError
  > {
    Result { () throws(EngineError) in try Operator("aten::\(name)", overload: overload) }
  }

  static func fusedSGD(_ arguments: [Value]) throws(EngineError) -> [Value] {
    try sgd.get()(arguments)
  }

  static func fusedAdamW(_ arguments: [Value]) throws(EngineError) -> [Value] {
    try adamW.get()(arguments)
  }

  /// Multiplies all tensors in place.
  static func scale(_ tensors: [Tensor], by factor: Tensor) throws(EngineError) {
    _ = try multiplication.get()([
      .tensors(tensors), .tensor(factor),
    ])
  }

  /// Puts other elements into a tensor in place.
  static func overwrite(_ tensor: Tensor, with other: Tensor) throws(EngineError) {
    _ = try Operator("aten::copy_")([.tensor(tensor), .tensor(other), .truth(false)])
  }

  /// Moves all tensors in place towards others, by a share of the way.
  static func blend(
    _ tensors: [Tensor], with others: [Tensor], share: Double
  ) throws(EngineError) {
    _ = try interpolation.get()([
      .tensors(tensors), .tensors(others), .real(share),
    ])
  }

  /// The Euclidean length of each tensor, [count].
  static func lengths(of tensors: [Tensor]) throws(EngineError) -> Tensor {
    let results = try norm.get()([
      .tensors(tensors), .integer(2), .absent,
    ])
    guard case .tensors(let norms)? = results.first else {
      throw EngineError(.refused, during: "measuring gradients", message: "no lengths came back")
    }
    return Tensor.stacked(norms.compactMap(\.self))
  }
}
