import TensorModule

/// Functions of single elements that networks put between layers.
extension OperatorTable {
  static let activations: [String: OperatorLowering] = [
    "Relu": elementwise("aten::relu"),
    "Sigmoid": elementwise("aten::sigmoid"),
    "Tanh": elementwise("aten::tanh"),
    "Identity": { lowering, call throws(LoweringError) in [try call.input(0)] },
    "LeakyRelu": { lowering, call throws(LoweringError) in
      let slope = try call.real("alpha", default: 0.01)
      return [try lowering.call("aten::leaky_relu", .tensor(try call.input(0)), .real(slope))]
    },
    "Elu": { lowering, call throws(LoweringError) in
      let alpha = try call.real("alpha", default: 1)
      return [try lowering.call("aten::elu", .tensor(try call.input(0)), .real(alpha))]
    },
  ]

  /// An operator that is one call on its only input.
  static func elementwise(_ name: String) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      [try lowering.call(name, .tensor(try call.input(0)))]
    }
  }
}
