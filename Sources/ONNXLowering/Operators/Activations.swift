import TensorModule

/// Functions of single elements that networks put between layers.
extension OperatorTable {
  static let activations: [String: OperatorLowering] = [
    "Relu": elementwise("aten::relu"),
    "Sigmoid": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let result = try lowering.call("aten::sigmoid", .tensor(x))
      if case .traced(let traced) = result.content, lowering.isOnePerPicture(x) {
        lowering.sigmoidOperands[traced.name] = x
      }
      return [result]
    },
    "Tanh": elementwise("aten::tanh"),
    "HardSwish": elementwise("aten::hardswish"),
    "Mish": elementwise("aten::mish"),
    "Softplus": elementwise("aten::softplus"),
    "LeakyRelu": { lowering, call throws(LoweringError) in
      let slope = try call.real("alpha", default: 0.01)
      return [try lowering.call("aten::leaky_relu", .tensor(try call.input(0)), .real(slope))]
    },
    "PRelu": { lowering, call throws(LoweringError) in
      [try lowering.rectified(try call.input(0), slope: try call.input(1))]
    },
    "Elu": { lowering, call throws(LoweringError) in
      let alpha = try call.real("alpha", default: 1)
      return [try lowering.call("aten::elu", .tensor(try call.input(0)), .real(alpha))]
    },
    "Selu": { lowering, call throws(LoweringError) in
      let alpha = try call.real("alpha", default: 1.673_263_192_176_818_8)
      let scale = try call.real("gamma", default: 1.050_700_902_938_842_8)
      return [
        try lowering.call("aten::elu", .tensor(try call.input(0)), .real(alpha), .real(scale))
      ]
    },
    "Celu": { lowering, call throws(LoweringError) in
      let alpha = try call.real("alpha", default: 1)
      return [try lowering.call("aten::celu", .tensor(try call.input(0)), .real(alpha))]
    },
    "ThresholdedRelu": { lowering, call throws(LoweringError) in
      let alpha = try call.real("alpha", default: 1)
      return [try lowering.call("aten::threshold", .tensor(try call.input(0)), .real(alpha), 0)]
    },
    "HardSigmoid": { lowering, call throws(LoweringError) in
      let alpha = try call.real("alpha", default: 0.2)
      let beta = try call.real("beta", default: 0.5)
      let line = try lowering.call("aten::mul.Scalar", .tensor(try call.input(0)), .real(alpha))
      let raised = try lowering.call("aten::add.Scalar", .tensor(line), .real(beta))
      return [try lowering.clipped(raised, to: 0...1)]
    },
    "Softsign": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let size = try lowering.call("aten::abs", .tensor(x))
      let below = try lowering.call("aten::add.Scalar", .tensor(size), 1)
      return [try lowering.call("aten::div.Tensor", .tensor(x), .tensor(below))]
    },
    "Swish": { lowering, call throws(LoweringError) in
      [try lowering.swish(try call.input(0), alpha: try call.real("alpha", default: 1))]
    },
    "SwiGLU": { lowering, call throws(LoweringError) in
      let (x, gate) = (try call.input(0), try call.input(1))
      let swish = try lowering.swish(x, alpha: try call.real("alpha", default: 1))
      return [try lowering.call("aten::mul.Tensor", .tensor(swish), .tensor(gate))]
    },
    "Gelu": { lowering, call throws(LoweringError) in
      let approximation = try call.string("approximate") ?? "none"
      return [
        try lowering.call("aten::gelu", .tensor(try call.input(0)), .string(approximation))
      ]
    },
    "Shrink": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let threshold = try call.real("lambd", default: 0.5)
      let bias = try call.real("bias", default: 0)
      let high = try lowering.call("aten::gt.Scalar", .tensor(x), .real(threshold))
      let low = try lowering.call("aten::lt.Scalar", .tensor(x), .real(-threshold))
      let zero = try lowering.call("aten::zeros_like", .tensor(x))
      let above = try lowering.shifted(x, by: -bias)
      let below = try lowering.shifted(x, by: bias)
      let upper = try lowering.call(
        "aten::where.self", .tensor(high), .tensor(above), .tensor(zero))
      return [try lowering.call("aten::where.self", .tensor(low), .tensor(below), .tensor(upper))]
    },
    "Clip": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let lowest = try lowering.bound("min", of: call, input: 1)
      let highest = try lowering.bound("max", of: call, input: 2)
      if lowest == nil && highest == nil { return [x] }
      let bounds = [lowest, highest].map { bound in
        bound.map { lowering.known($0)?.doubles().first }
      }
      if x.isReal, let low = bounds[0] ?? -.infinity, let high = bounds[1] ?? .infinity {
        // Only a network's own function ends at 6; other bounds may be those of pixels, which lie on them.
        if low == 0, high == 6 { return [try lowering.clipped(x, to: low...high)] }
        return [try lowering.call("aten::clamp", .tensor(x), .real(low), .real(high))]
      }
      return [
        try lowering.wide(x) { lowering, x throws(LoweringError) in
          try lowering.call(
            "aten::clamp.Tensor", .tensor(x), .optional(lowest), .optional(highest))
        }
      ]
    },
  ]

  /// An operator that is one call on its only input.
  static func elementwise(_ name: String) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      [
        try lowering.wide(try call.input(0)) { lowering, x throws(LoweringError) in
          try lowering.call(name, .tensor(x))
        }
      ]
    }
  }
}

extension Lowering {
  /// Clipping between layers to a known range, by the call that PyTorch's networks have for it.
  ///
  /// Its backward pass is one step, that of a clamp is several. At a bound itself the gradient is 0, and that
  /// of a clamp is 1: white and black pixels lie on the bounds of a clamp and keep their gradients.
  fileprivate mutating func clipped(
    _ x: LoweredValue, to range: ClosedRange<Double>
  ) throws(LoweringError) -> LoweredValue {
    try call(
      "aten::hardtanh", .tensor(x), .real(range.lowerBound), .real(range.upperBound))
  }

  /// A line with another slope below zero, and at it, as its gradient has it.
  fileprivate mutating func rectified(
    _ x: LoweredValue, slope: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let sizes = try sizes(of: slope)
    let aligned = Array(repeating: BatchSize(1), count: max(0, x.rank - sizes.count)) + sizes
    let count = aligned.count > 1 ? aligned[1] : 1
    let channels = x.rank > 1 ? try size(of: x, along: 1) : 1
    let isOnePerChannel =
      [1, channels].contains(count) && aligned.indices.allSatisfy { $0 == 1 || aligned[$0] == 1 }
    if x.isReal, x.elementType == slope.elementType, isOnePerChannel {
      let list = sizes.count == 1 ? slope : try call("aten::reshape", .tensor(slope), [-1])
      return try call("aten::prelu", .tensor(x), .tensor(list))
    }
    return try wide(x, slope) { lowering, x, slope throws(LoweringError) in
      let isAbove = try lowering.call("aten::gt.Scalar", .tensor(x), 0)
      let scaled = try lowering.call("aten::mul.Tensor", .tensor(slope), .tensor(x))
      return try lowering.call("aten::where.self", .tensor(isAbove), .tensor(x), .tensor(scaled))
    }
  }

  fileprivate mutating func swish(
    _ x: LoweredValue, alpha: Double
  ) throws(LoweringError) -> LoweredValue {
    if alpha == 1 { return try call("aten::silu", .tensor(x)) }
    let scaled = try call("aten::mul.Scalar", .tensor(x), .real(alpha))
    let gate = try call("aten::sigmoid", .tensor(scaled))
    return try call("aten::mul.Tensor", .tensor(x), .tensor(gate))
  }

  /// A number added to all elements, whose type stays.
  fileprivate mutating func shifted(
    _ x: LoweredValue, by number: Double
  ) throws(LoweringError) -> LoweredValue {
    if number == 0 { return x }
    return x.isReal
      ? try call("aten::add.Scalar", .tensor(x), .real(number))
      : try call(
        "aten::add.Scalar", .tensor(x),
        .integer(BatchSize(Int(exactly: number.rounded(.towardZero)) ?? 0)))
  }

  /// A bound of `Clip`, which old versions give as a setting.
  fileprivate mutating func bound(
    _ name: String, of call: Call, input: Int
  ) throws(LoweringError) -> LoweredValue? {
    if let value = call.optional(input) { return value }
    guard let bound = try call.real(name) else { return nil }
    guard try call.input(0).isReal else { throw failure("integers have no real bounds") }
    return constant(Tensor([Float(bound)], shape: []))
  }
}
