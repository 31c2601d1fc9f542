import ProgramFormats
import TensorModule

/// Operators whose inputs and results are numbers of few bits.
///
/// Where integers are summed, the sum is one of whole numbers here too, and exact as long as it stays
/// below 2²⁴; the others compute in real numbers.
extension OperatorTable {
  static let quantizedOperators: [String: OperatorLowering] = [
    "ConvInteger": { lowering, call throws(LoweringError) in
      let x = try lowering.centred(try call.input(0), call.optional(2), axis: 0)
      let weight = try lowering.centred(try call.input(1), call.optional(3), axis: 0)
      return [try lowering.convolution(x, weight, bias: nil, call).standing(for: .int32)]
    },
    "MatMulInteger": { lowering, call throws(LoweringError) in
      let left = try lowering.centred(try call.input(0), call.optional(2), axis: -2)
      let right = try lowering.centred(try call.input(1), call.optional(3), axis: -1)
      let product = try lowering.call("aten::matmul", .tensor(left), .tensor(right))
      return [product.standing(for: .int32)]
    },
    "QLinearConv": { lowering, call throws(LoweringError) in
      [try lowering.quantizedConvolution(call)]
    },
    "com.microsoft::QLinearConv": { lowering, call throws(LoweringError) in
      [try lowering.quantizedConvolution(call)]
    },
    "QLinearMatMul": { lowering, call throws(LoweringError) in
      let left = try lowering.centred(try call.input(0), call.optional(2), axis: -2)
      let right = try lowering.centred(try call.input(3), call.optional(5), axis: -1)
      let product = try lowering.call("aten::matmul", .tensor(left), .tensor(right))
      let scales = [
        try lowering.spread(try call.scale(1), over: left, axis: -2, block: 0),
        try lowering.spread(try call.scale(4), over: right, axis: -1, block: 0),
      ]
      return [try lowering.requantized(product, scales: scales, call, output: 6)]
    },
    "com.microsoft::QGemm": { lowering, call throws(LoweringError) in
      [try lowering.quantizedGemm(call)]
    },
    "com.microsoft::QLinearAdd": quantizedArithmetic("aten::add.Tensor"),
    "com.microsoft::QLinearMul": quantizedArithmetic("aten::mul.Tensor"),
    "com.microsoft::QLinearSigmoid": quantized { lowering, x, call throws(LoweringError) in
      try lowering.call("aten::sigmoid", .tensor(x))
    },
    "com.microsoft::QLinearLeakyRelu": quantized { lowering, x, call throws(LoweringError) in
      let slope = try call.real("alpha", default: 0.01)
      return try lowering.call("aten::leaky_relu", .tensor(x), .real(slope))
    },
    "com.microsoft::QLinearSoftmax": quantized { lowering, x, call throws(LoweringError) in
      try lowering.standard("Softmax", [x], call, version: try call.integer("opset", default: 13))
    },
    "com.microsoft::QLinearGlobalAveragePool": quantized {
      lowering, x, call
        throws(LoweringError) in
      let isLast = try call.flag("channels_last")
      let axes = try lowering.spatialAxes(of: x)
      return try lowering.mean(x, isLast ? axes.map { $0 - 1 } : axes, true)
    },
    "com.microsoft::QLinearAveragePool": quantized { lowering, x, call throws(LoweringError) in
      try lowering.channelsFirst(x, try call.flag("channels_last")) {
        lowering, x throws(LoweringError) in
        try lowering.standard("AveragePool", [x], call, version: 19)
      }
    },
    "com.microsoft::QLinearConcat": { lowering, call throws(LoweringError) in
      let values = try stride(from: 2, to: call.inputs.count, by: 3).map {
        index throws(LoweringError) in
        try lowering.dequantized(call, index)
      }
      let axis = BatchSize(try call.integer("axis", default: 1))
      let joined = try lowering.call("aten::cat", .tensors(values), .integer(axis))
      return [try lowering.requantized(joined, scales: [], call, output: 0)]
    },
    "com.microsoft::QLinearWhere": { lowering, call throws(LoweringError) in
      let (left, right) = (
        try lowering.dequantized(call, 1), try lowering.dequantized(call, 4)
      )
      let chosen = try lowering.call(
        "aten::where.self", .tensor(try call.input(0)), .tensor(left), .tensor(right))
      return [try lowering.requantized(chosen, scales: [], call, output: 7)]
    },
  ]

  /// A function of two inputs that is computed in real numbers.
  private static func quantizedArithmetic(_ name: String) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      let (left, right) = (
        try lowering.dequantized(call, 0), try lowering.dequantized(call, 3)
      )
      let result = try lowering.call(name, .tensor(left), .tensor(right))
      return [try lowering.requantized(result, scales: [], call, output: 6)]
    }
  }

  /// A function of one input that is computed in real numbers.
  private static func quantized(
    _ function:
      @escaping @Sendable (inout Lowering, LoweredValue, Call) throws(LoweringError) -> LoweredValue
  ) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      let result = try function(&lowering, try lowering.dequantized(call, 0), call)
      return [try lowering.requantized(result, scales: [], call, output: 3)]
    }
  }
}

extension Call {
  /// A scale, which training leaves alone.
  fileprivate func scale(_ index: Int) throws(LoweringError) -> LoweredValue {
    try input(index).untrained
  }
}

extension Lowering {
  /// Numbers of few bits less their zero point, as Float32.
  fileprivate mutating func centred(
    _ value: LoweredValue, _ zeroPoint: LoweredValue?, axis: Int
  ) throws(LoweringError) -> LoweredValue {
    let number = try real(value)
    guard let zeroPoint, !isZero(zeroPoint) else { return number }
    let zero = try spread(try real(zeroPoint.untrained), over: value, axis: axis, block: 0)
    return try call("aten::sub.Tensor", .tensor(number), .tensor(zero))
  }

  /// An input with the scale and the zero point behind it as real numbers.
  fileprivate mutating func dequantized(
    _ call: Call, _ index: Int
  ) throws(LoweringError) -> LoweredValue {
    let number = try centred(try call.input(index), call.optional(index + 2), axis: 1)
    return try self.call("aten::mul.Tensor", .tensor(number), .tensor(try call.scale(index + 1)))
  }

  /// Real numbers as numbers of few bits.
  ///
  /// - Parameters:
  ///   - value: the numbers, still to be multiplied by `scales`.
  ///   - scales: Float32, in shapes that broadcast.
  ///   - call: the node.
  ///   - output: which input is the scale of the result; its zero point follows it.
  fileprivate mutating func requantized(
    _ value: LoweredValue, scales: [LoweredValue], _ call: Call, output: Int
  ) throws(LoweringError) -> LoweredValue {
    let zero = call.optional(output + 1)?.untrained
    let first = try call.input(0)
    let type = zero?.typeInGraph ?? first.typeInGraph
    let scale = try real(try call.scale(output))
    let zeroPoint = try zero.map { zero throws(LoweringError) in
      try spread(try real(zero), over: value, axis: 1, block: 0)
    }
    guard let firstScale = scales.first else {
      let step = try spread(scale, over: value, axis: 1, block: 0)
      let ratio = try self.call("aten::div.Tensor", .tensor(value), .tensor(step))
      return try rounded(ratio, zeroPoint: zeroPoint, to: type)
    }
    // All scales become one factor first, as onnxruntime does it.
    var factor = try real(firstScale)
    for scale in scales.dropFirst() {
      factor = try self.call("aten::mul.Tensor", .tensor(factor), .tensor(try real(scale)))
    }
    let step = try spread(scale, over: value, axis: 1, block: 0)
    factor = try self.call("aten::div.Tensor", .tensor(factor), .tensor(step))
    let ratio = try self.call("aten::mul.Tensor", .tensor(value), .tensor(factor))
    return try rounded(ratio, zeroPoint: zeroPoint, to: type)
  }

  fileprivate mutating func quantizedConvolution(
    _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let x = try centred(try call.input(0), call.optional(2), axis: 1)
    let weight = try centred(try call.input(3), call.optional(5), axis: 0)
    let bias = try call.optional(8).map { bias throws(LoweringError) in try real(bias) }
    return try channelsFirst(x, try call.flag("channels_last")) {
      lowering, x throws(LoweringError) in
      let sum = try lowering.convolution(x, weight, bias: bias, call)
      let scales = [
        try lowering.spread(try call.scale(1), over: sum, axis: 1, block: 0),
        try lowering.spread(try call.scale(4), over: sum, axis: 1, block: 0),
      ]
      return try lowering.requantized(sum, scales: scales, call, output: 6)
    }
  }

  fileprivate mutating func quantizedGemm(_ call: Call) throws(LoweringError) -> LoweredValue {
    var left = try centred(try call.input(0), call.optional(2), axis: 0)
    let isTransposed = try call.flag("transB")
    var right = try centred(try call.input(3), call.optional(5), axis: isTransposed ? 0 : 1)
    if try call.flag("transA") { left = try self.call("aten::t", .tensor(left)) }
    if isTransposed { right = try self.call("aten::t", .tensor(right)) }
    var sum = try self.call("aten::matmul", .tensor(left), .tensor(right))
    if let addend = call.optional(6) {
      sum = try self.call("aten::add.Tensor", .tensor(sum), .tensor(try real(addend)))
    }
    let alpha = try call.real("alpha", default: 1)
    let scales = [
      try spread(try call.scale(1), over: sum, axis: 1, block: 0),
      try spread(try call.scale(4), over: sum, axis: 1, block: 0),
      constant(Tensor.full([], alpha)),
    ]
    guard call.optional(7) == nil else {
      return try requantized(sum, scales: scales, call, output: 7)
    }
    for scale in scales {
      sum = try self.call("aten::mul.Tensor", .tensor(sum), .tensor(scale))
    }
    return sum
  }

  /// Computes with the channels in front of rows and columns.
  fileprivate mutating func channelsFirst(
    _ x: LoweredValue, _ isLast: Bool,
    _ compute: (inout Lowering, LoweredValue) throws(LoweringError) -> LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    guard isLast else { return try compute(&self, x) }
    let result = try compute(&self, try call("aten::movedim.int", .tensor(x), -1, 1))
    return try call("aten::movedim.int", .tensor(result), 1, -1).standing(for: result.standsFor)
  }
}
