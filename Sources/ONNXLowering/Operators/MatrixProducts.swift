import TensorModule

/// Products of matrices.
extension OperatorTable {
  static let matrixProducts: [String: OperatorLowering] = [
    "MatMul": { lowering, call throws(LoweringError) in
      let (left, right) = (try call.input(0), try call.input(1))
      return [
        try lowering.wide(left, right) { lowering, left, right throws(LoweringError) in
          try lowering.call("aten::matmul", .tensor(left), .tensor(right))
        }
      ]
    },
    "Gemm": { lowering, call throws(LoweringError) in [try lowering.gemm(call)] },
    "Einsum": { lowering, call throws(LoweringError) in
      guard let equation = try call.string("equation") else {
        throw call.failure("its equation is missing")
      }
      return [
        try lowering.call("aten::einsum", .string(equation), .tensors(try call.allInputs()))
      ]
    },
    "Det": elementwise("aten::linalg_det"),
  ]
}

extension Lowering {
  /// α·A·B + β·C, either matrix perhaps transposed.
  fileprivate mutating func gemm(_ call: Call) throws(LoweringError) -> LoweredValue {
    var (left, right) = (try call.input(0), try call.input(1))
    let (alpha, beta) = (
      try call.real("alpha", default: 1), try call.real("beta", default: 1)
    )
    let isTransposed = try call.flag("transB")
    if try call.flag("transA") { left = try self.call("aten::t", .tensor(left)) }
    let addend = beta == 0 ? nil : call.optional(2)
    if isTransposed, alpha == 1, beta == 1, addend.map({ $0.rank == 1 }) ?? true, left.isReal,
      try fits(addend, columnsOf: right)
    {
      return try self.call("aten::linear", .tensor(left), .tensor(right), .optional(addend))
    }
    if isTransposed { right = try self.call("aten::t", .tensor(right)) }
    if let addend, left.isReal {
      return try self.call(
        "aten::addmm", .tensor(addend), .tensor(left), .tensor(right), .real(beta), .real(alpha))
    }
    let product = try wide(left, right) { lowering, left, right throws(LoweringError) in
      try lowering.call("aten::matmul", .tensor(left), .tensor(right))
    }
    let scaled =
      alpha == 1 ? product : try self.call("aten::mul.Scalar", .tensor(product), .real(alpha))
    guard let addend else { return try converted(scaled, to: left.elementType) }
    let sum = try self.call("aten::add.Tensor", .tensor(scaled), .tensor(addend), .real(beta))
    return try converted(sum, to: left.elementType)
  }

  private func fits(
    _ addend: LoweredValue?, columnsOf weight: LoweredValue
  ) throws(LoweringError) -> Bool {
    guard let addend else { return true }
    return try sizes(of: addend).first == sizes(of: weight).first
  }
}
