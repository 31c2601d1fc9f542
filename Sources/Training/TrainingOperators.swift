import TensorModule

/// The operators on lists of weights: one call for all of them.
enum TrainingOperators {
  static func fusedSGD(_ arguments: [Value]) throws(EngineError) -> [Value] {
    try Operator("aten::_fused_sgd_")(arguments)
  }

  static func fusedAdamW(_ arguments: [Value]) throws(EngineError) -> [Value] {
    try Operator("aten::_fused_adamw_")(arguments)
  }

  /// Multiplies all tensors in place.
  static func scale(_ tensors: [Tensor], by factor: Tensor) throws(EngineError) {
    _ = try Operator("aten::_foreach_mul_", overload: "Tensor")([
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
    _ = try Operator("aten::_foreach_lerp_", overload: "Scalar")([
      .tensors(tensors), .tensors(others), .real(share),
    ])
  }

  /// The Euclidean length of each tensor, [count].
  static func lengths(of tensors: [Tensor]) throws(EngineError) -> Tensor {
    let results = try Operator("aten::_foreach_norm", overload: "Scalar")([
      .tensors(tensors), .integer(2), .absent,
    ])
    guard case .tensors(let norms)? = results.first else {
      throw EngineError(.refused, during: "measuring gradients", message: "no lengths came back")
    }
    return Tensor.stacked(norms.compactMap(\.self))
  }
}
