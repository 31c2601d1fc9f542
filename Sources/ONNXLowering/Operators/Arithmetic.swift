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
        try lowering.call(
          "aten::div.Tensor_mode", .tensor(left), .tensor(right), .string("trunc"))
      ]
    },
  ]
}

extension Lowering {
  /// The two operands of a call. Numbers that are combined with the picture itself prepare it, and are
  /// no weights.
  mutating func operands(
    of call: Call
  ) throws(LoweringError) -> (left: LoweredValue, right: LoweredValue) {
    let (left, right) = (try call.input(0), try call.input(1))
    return (
      left.isPicture ? left : untrained(left, beside: right),
      right.isPicture ? right : untrained(right, beside: left)
    )
  }

  private mutating func untrained(
    _ value: LoweredValue, beside other: LoweredValue
  ) -> LoweredValue {
    guard other.isPicture, case .constant(let known) = value.content, let origin = known.origin
    else { return value }
    return LoweredValue(
      .constant(
        LoweredConstant(
          identity: known.identity, tensor: known.tensor,
          origin: LoweredConstant.Origin(name: origin.name, isTrainable: false))))
  }

  /// One call on two operands, or arithmetic on sizes where they are sizes.
  mutating func combined(
    _ name: String, _ call: Call, sizes: (BatchSize, BatchSize) -> BatchSize?
  ) throws(LoweringError) -> LoweredValue {
    let (left, right) = try operands(of: call)
    if let result = combined(left, right, sizes) { return result }
    let result = try self.call(name, .tensor(left), .tensor(right))
    return left.isPicture || right.isPicture ? result.stillPicture : result
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
}

extension LoweredValue {
  /// Whether the value is a list of sizes.
  var isSizes: Bool { if case .sizes = content { true } else { false } }

  /// The same value, marked as the picture itself.
  var stillPicture: LoweredValue {
    guard case .traced(var traced) = content else { return self }
    traced.isPicture = true
    return LoweredValue(.traced(traced), standingFor: standsFor)
  }
}
