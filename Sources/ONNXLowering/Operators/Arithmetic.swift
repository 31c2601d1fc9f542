import TensorModule

/// Arithmetic with broadcasting.
extension OperatorTable {
  static let arithmetic: [String: OperatorLowering] = [
    "Add": { lowering, call throws(LoweringError) in
      [try lowering.combined("aten::add.Tensor", call, sizes: BatchSize.sum)]
    },
    "Sub": { lowering, call throws(LoweringError) in
      [try lowering.combined("aten::sub.Tensor", call, sizes: BatchSize.difference)]
    },
    "Mul": { lowering, call throws(LoweringError) in
      [try lowering.combined("aten::mul.Tensor", call, sizes: BatchSize.product)]
    },
    "Div": { lowering, call throws(LoweringError) in
      if try call.input(0).isReal {
        return [try lowering.combined("aten::div.Tensor", call, sizes: BatchSize.quotient)]
      }
      let (left, right) = try lowering.operands(of: call)
      if let sizes = lowering.combined(left, right, BatchSize.quotient) { return [sizes] }
      return [
        try lowering.wide(left, right) { lowering, left, right throws(LoweringError) in
          try lowering.quotient(left, right)
        }
      ]
    },
    "Mod": { lowering, call throws(LoweringError) in
      let name = try call.flag("fmod") ? "aten::fmod.Tensor" : "aten::remainder.Tensor"
      let (left, right) = try lowering.operands(of: call)
      return [
        try lowering.wide(left, right) { lowering, left, right throws(LoweringError) in
          let divisor = try lowering.divisor(right)?.divisor ?? right
          return try lowering.call(name, .tensor(left), .tensor(divisor))
        }
      ]
    },
    "Pow": { lowering, call throws(LoweringError) in
      let (base, exponent) = (try call.input(0), try call.input(1))
      let power = try lowering.call("aten::pow.Tensor_Tensor", .tensor(base), .tensor(exponent))
      return [try lowering.converted(power, to: base.elementType)]
    },
    "Max": folding("aten::maximum"),
    "Min": folding("aten::minimum"),
    "Sum": folding("aten::add.Tensor"),
    "Mean": { lowering, call throws(LoweringError) in
      let sum = try lowering.folded("aten::add.Tensor", try call.allInputs())
      return [
        try lowering.call("aten::div.Scalar", .tensor(sum), .integer(BatchSize(call.inputs.count)))
      ]
    },
    "BitShift": { lowering, call throws(LoweringError) in
      let isLeft = try call.string("direction") == "LEFT"
      return [
        try lowering.combined(
          isLeft ? "aten::bitwise_left_shift.Tensor" : "aten::bitwise_right_shift.Tensor", call)
      ]
    },
    "BitwiseAnd": binary("aten::bitwise_and.Tensor"),
    "BitwiseOr": binary("aten::bitwise_or.Tensor"),
    "BitwiseXor": binary("aten::bitwise_xor.Tensor"),
  ]

  /// An operator that is one call on its two inputs.
  static func binary(_ name: String) -> OperatorLowering {
    { lowering, call throws(LoweringError) in [try lowering.combined(name, call)] }
  }

  /// An operator of any number of inputs that is one call after the other.
  private static func folding(_ name: String) -> OperatorLowering {
    { lowering, call throws(LoweringError) in [try lowering.folded(name, try call.allInputs())] }
  }
}

extension Lowering {
  /// The two operands of a call.
  func operands(
    of call: Call
  ) throws(LoweringError) -> (left: LoweredValue, right: LoweredValue) {
    (try call.input(0), try call.input(1))
  }

  /// One call on two operands, or arithmetic on sizes where they are sizes.
  mutating func combined(
    _ name: String, _ call: Call,
    sizes: (BatchSize, BatchSize) -> BatchSize? = { _, _ in nil }
  ) throws(LoweringError) -> LoweredValue {
    let (left, right) = try operands(of: call)
    if let result = combined(left, right, sizes) { return result }
    return try wide(left, right) { lowering, left, right throws(LoweringError) in
      try lowering.call(name, .tensor(left), .tensor(right))
    }
  }

  /// Arithmetic on sizes; `nil` unless at least one operand depends on the batch, and both are sizes.
  func combined(
    _ left: LoweredValue, _ right: LoweredValue, _ combine: (BatchSize, BatchSize) -> BatchSize?
  ) -> LoweredValue? {
    guard left.isSizes || right.isSizes, let first = sizeList(left), let second = sizeList(right)
    else { return nil }
    let count = max(first.elements.count, second.elements.count)
    guard [1, count].contains(first.elements.count), [1, count].contains(second.elements.count)
    else { return nil }
    let elements = (0..<count).compactMap { index in
      combine(
        first.elements[first.elements.count == 1 ? 0 : index],
        second.elements[second.elements.count == 1 ? 0 : index])
    }
    guard elements.count == count else { return nil }
    return LoweredValue(
      .sizes(SizeList(elements: elements, isScalar: first.isScalar && second.isScalar)))
  }

  /// The value as a list of sizes, if it is a list of known or batch-dependent integers.
  func sizeList(_ value: LoweredValue) -> SizeList? {
    if case .sizes(let list) = value.content { return list }
    guard !value.isReal, value.rank <= 1, let tensor = known(value), tensor.elementCount <= 64
    else { return nil }
    return SizeList(
      elements: tensor.integers().map { BatchSize($0) }, isScalar: tensor.rank == 0)
  }

  fileprivate mutating func folded(
    _ name: String, _ values: [LoweredValue]
  ) throws(LoweringError) -> LoweredValue {
    var result = values[0]
    for value in values.dropFirst() {
      result = try wide(result, value) { lowering, left, right throws(LoweringError) in
        try lowering.call(name, .tensor(left), .tensor(right))
      }
    }
    return result
  }
}

// MARK: Integers

extension Lowering {
  /// The quotient of integers, towards zero; the smallest integer by -1 is the smallest integer again.
  fileprivate mutating func quotient(
    _ left: LoweredValue, _ right: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let safe = try divisor(right)
    let quotient = try call(
      "aten::div.Tensor_mode", .tensor(left), .tensor(safe?.divisor ?? right), .string("trunc"))
    guard let safe else { return quotient }
    let opposite = try call("aten::neg", .tensor(left))
    return try call(
      "aten::where.self", .tensor(safe.isReplaced), .tensor(opposite), .tensor(quotient))
  }

  /// A divisor without -1, which becomes 1, because the processor traps where the smallest integer is
  /// divided by -1; nothing if there is no -1.
  fileprivate mutating func divisor(
    _ value: LoweredValue
  ) throws(LoweringError) -> (divisor: LoweredValue, isReplaced: LoweredValue)? {
    guard [.int64, .int32].contains(value.elementType) else { return nil }
    if let known = known(value), !(known .== -1).anyTrue() { return nil }
    let isReplaced = try call("aten::eq.Scalar", .tensor(value), .integer(BatchSize(-1)))
    let divisor = try call(
      "aten::masked_fill.Scalar", .tensor(value), .tensor(isReplaced), .integer(BatchSize(1)))
    return (divisor, isReplaced)
  }
}

// MARK: Types

extension Lowering {
  /// The value with elements of another type.
  mutating func converted(
    _ value: LoweredValue, to type: ElementType
  ) throws(LoweringError) -> LoweredValue {
    let value = try materialized(value)
    return value.elementType == type
      ? value : try call("aten::to.dtype", .tensor(value), .type(type))
  }

  /// Computes in int64 what the engine has no arithmetic for: unsigned integers of two bytes and more.
  mutating func wide(
    _ value: LoweredValue,
    _ compute: (inout Lowering, LoweredValue) throws(LoweringError) -> LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let type = value.elementType
    guard type.lacksArithmetic else { return try compute(&self, value) }
    let result = try compute(&self, try converted(value, to: .int64))
    return result.elementType == .int64 ? try converted(result, to: type) : result
  }

  /// The same for two operands.
  mutating func wide(
    _ left: LoweredValue, _ right: LoweredValue,
    _ compute: (inout Lowering, LoweredValue, LoweredValue) throws(LoweringError) -> LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let type = left.elementType
    guard type.lacksArithmetic else { return try compute(&self, left, right) }
    let result = try compute(
      &self, try converted(left, to: .int64), try converted(right, to: .int64))
    return result.elementType == .int64 ? try converted(result, to: type) : result
  }
}

extension ElementType {
  fileprivate var lacksArithmetic: Bool { [.uint16, .uint32, .uint64].contains(self) }
}

extension LoweredValue {
  /// Whether the value is a list of sizes.
  var isSizes: Bool { if case .sizes = content { true } else { false } }
}
