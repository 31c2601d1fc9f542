import TensorModule

/// Operators of onnxruntime that its optimiser and exporters put in place of several others.
extension OperatorTable {
  static let contributed: [String: OperatorLowering] = [
    "com.microsoft::BiasGelu": { lowering, call throws(LoweringError) in
      let sum = try lowering.call(
        "aten::add.Tensor", .tensor(try call.input(0)), .tensor(try call.input(1)))
      return [try lowering.call("aten::gelu", .tensor(sum))]
    },
    "com.microsoft::FastGelu": { lowering, call throws(LoweringError) in
      var x = try call.input(0)
      if let bias = call.optional(1) {
        x = try lowering.call("aten::add.Tensor", .tensor(x), .tensor(bias))
      }
      return [try lowering.call("aten::gelu", .tensor(x), .string("tanh"))]
    },
    "com.microsoft::FusedMatMul": { lowering, call throws(LoweringError) in
      var factors = [try call.input(0), try call.input(1)]
      for (index, side) in ["A", "B"].enumerated() {
        guard try !call.flag("transBatch\(side)") else {
          throw call.failure("transposed batches are not supported")
        }
        if try call.flag("trans\(side)") {
          factors[index] = try lowering.call(
            "aten::transpose.int", .tensor(factors[index]), -2, -1)
        }
      }
      let product = try lowering.call("aten::matmul", .tensor(factors[0]), .tensor(factors[1]))
      let alpha = try call.real("alpha", default: 1)
      return [
        alpha == 1
          ? product : try lowering.call("aten::mul.Scalar", .tensor(product), .real(alpha))
      ]
    },
    "com.microsoft::Gelu": { lowering, call throws(LoweringError) in
      [try lowering.call("aten::gelu", .tensor(try call.input(0)))]
    },
    "com.microsoft::QuickGelu": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let scaled = try lowering.call(
        "aten::mul.Scalar", .tensor(x), .real(try call.real("alpha", default: 1.702)))
      let gate = try lowering.call("aten::sigmoid", .tensor(scaled))
      return [try lowering.call("aten::mul.Tensor", .tensor(x), .tensor(gate))]
    },
    "com.microsoft::SkipLayerNormalization": { lowering, call throws(LoweringError) in
      var sum = try lowering.call(
        "aten::add.Tensor", .tensor(try call.input(0)), .tensor(try call.input(1)))
      if let bias = call.optional(4) {
        sum = try lowering.call("aten::add.Tensor", .tensor(sum), .tensor(bias))
      }
      guard !call.wants(result: 1), !call.wants(result: 2) else {
        throw call.failure("its mean and deviation are results that only training needs")
      }
      let scale = try call.input(2)
      let normal = try lowering.call(
        "aten::layer_norm", .tensor(sum), .integers(try lowering.sizes(of: scale)),
        .tensor(scale), .optional(call.optional(3)), .real(try call.real("epsilon", default: 1e-12))
      )
      return [normal, normal, normal, sum]
    },
  ]
}
