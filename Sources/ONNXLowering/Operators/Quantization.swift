import ProgramFormats
import ProgramRuntime
import TensorModule

/// Numbers of few bits, and back.
///
/// In the program they are whole numbers kept as Float32, which the value's `standsFor` says, so that
/// gradients pass. Rounding passes them on as if it were not there; limits pass none beyond them.
extension OperatorTable {
  static let quantization: [String: OperatorLowering] = [
    "QuantizeLinear": quantizeLinear,
    "DequantizeLinear": dequantizeLinear,
    "com.microsoft::QuantizeLinear": quantizeLinear,
    "com.microsoft::DequantizeLinear": dequantizeLinear,
    "DynamicQuantizeLinear": { lowering, call throws(LoweringError) in
      try lowering.dynamicallyQuantized(try call.input(0))
    },
  ]

  private static let quantizeLinear: OperatorLowering = { lowering, call throws(LoweringError) in
    let (x, scale) = (try call.input(0), try call.input(1).untrained)
    let declared = try call.dataType("output_dtype")
    let zeroPoint = call.optional(2)?.untrained
    let axis = try call.integer("axis", default: 1)
    let block = try call.integer("block_size", default: 0)
    let number = try call.dataType("precision")?.dataType.map { ElementType($0) }
    let type = number ?? (scale.elementType.isNarrow ? .float32 : scale.elementType)
    let spread = try lowering.spread(scale, over: x, axis: axis, block: block)
    let ratio = try lowering.call(
      "aten::div.Tensor", .tensor(try lowering.converted(x.standing(for: nil), to: type)),
      .tensor(try lowering.converted(spread, to: type)))
    let zero = try zeroPoint.map { zero throws(LoweringError) in
      try lowering.spread(try lowering.real(zero), over: x, axis: axis, block: block)
    }
    return [
      try lowering.rounded(
        ratio, zeroPoint: zero, to: zeroPoint?.typeInGraph ?? declared ?? .uint8,
        saturating: try call.flag("saturate", default: true))
    ]
  }

  private static let dequantizeLinear: OperatorLowering = { lowering, call throws(LoweringError) in
    let (x, scale) = (try call.input(0), try call.input(1).untrained)
    let axis = try call.integer("axis", default: 1)
    let block = try call.integer("block_size", default: 0)
    var number = try lowering.real(x)
    if let zero = call.optional(2)?.untrained, !lowering.isZero(zero) {
      let spread = try lowering.spread(
        try lowering.real(zero), over: x, axis: axis, block: block)
      number = try lowering.call("aten::sub.Tensor", .tensor(number), .tensor(spread))
    }
    let factor = try lowering.spread(
      try lowering.real(scale), over: x, axis: axis, block: block)
    let product = try lowering.call("aten::mul.Tensor", .tensor(number), .tensor(factor))
    let type = try call.dataType("output_dtype")?.dataType.map { ElementType($0) }
    return [try lowering.converted(product, to: type ?? scale.elementType)]
  }
}

extension Call {
  /// A type of elements that a setting names by its number, unless that is 0.
  func dataType(_ name: String) throws(LoweringError) -> ONNXDataType? {
    guard let number = try integer(name), number != 0 else { return nil }
    guard let type = ONNXDataType(rawValue: number) else {
      throw failure("there is no type of elements with the number \(number)")
    }
    return type
  }
}

extension LoweredValue {
  /// The type of the elements as the graph has it.
  var typeInGraph: ONNXDataType { standsFor ?? ONNXDataType(elementType) }
}

extension ElementType {
  /// Whether the engine stores the type and does not compute with it.
  fileprivate var isNarrow: Bool {
    switch self {
    case .float8e5m2, .float8e4m3fn, .float8e5m2fnuz, .float8e4m3fnuz, .float8e8m0fnu: true
    default: !isReal
    }
  }
}

extension Lowering {
  /// The elements as Float32.
  mutating func real(_ value: LoweredValue) throws(LoweringError) -> LoweredValue {
    try converted(value.standing(for: nil), to: .float32)
  }

  /// Whether all elements are known to be zero.
  func isZero(_ value: LoweredValue) -> Bool {
    known(value).map { tensor in tensor.doubles().allSatisfy { $0 == 0 } } ?? false
  }

  /// A scale or zero point in a shape that broadcasts over a tensor.
  ///
  /// - Parameters:
  ///   - parameter: one number, one for each index along an axis, or one for each block along it.
  ///   - x: the tensor.
  ///   - axis: the axis.
  ///   - block: how many indices a block has.
  mutating func spread(
    _ parameter: LoweredValue, over x: LoweredValue, axis: Int, block: Int
  ) throws(LoweringError) -> LoweredValue {
    if parameter.example?.elementCount == 1 {
      return try call("aten::reshape", .tensor(parameter), .integers([Int]()))
    }
    let axis = try self.axis(axis, rank: x.rank)
    if parameter.rank == 1, block == 0, x.rank > 0 {
      var shape = [Int](repeating: 1, count: x.rank)
      shape[axis] = -1
      return try call("aten::reshape", .tensor(parameter), .integers(shape))
    }
    guard parameter.rank == x.rank, x.rank > 0 else {
      throw failure("its scale does not fit the \(x.rank) dimensions of its input")
    }
    guard block > 0 else { return parameter }
    guard block <= Self.largestElementCount else { throw failure("its blocks are too large") }
    let size = try self.size(of: x, along: axis)
    let count = try self.size(of: parameter, along: axis)
    try check(elementsOf: try sizes(of: parameter) + [BatchSize(block)])
    guard let size = size.fixed, let count = count.fixed, count == (size + block - 1) / block else {
      throw failure("its scale does not fit blocks of \(block)")
    }
    let repeated = try call(
      "aten::repeat_interleave.self_int", .tensor(parameter), .integer(BatchSize(block)),
      .integer(BatchSize(axis)))
    return try call(
      "aten::slice.Tensor", .tensor(repeated), .integer(BatchSize(axis)), 0,
      .integer(BatchSize(size)))
  }

  /// The nearest numbers of a type, as Float32.
  ///
  /// - Parameters:
  ///   - ratio: real numbers, already divided by the scale.
  ///   - zeroPoint: what is added after rounding; Float32.
  ///   - type: the type of the numbers.
  ///   - saturates: whether numbers of eight-bit real types stay finite.
  mutating func rounded(
    _ ratio: LoweredValue, zeroPoint: LoweredValue?, to type: ONNXDataType,
    saturating saturates: Bool = true
  ) throws(LoweringError) -> LoweredValue {
    let ratio = try converted(ratio, to: .float32)
    noteStep(on: ratio, .always)
    let zero = zeroPoint.flatMap { isZero($0) ? nil : $0 }
    let result: LoweredValue
    if let range = type.wholeRange {
      result = try rounded(ratio, zeroPoint: zero, in: range)
    } else {
      guard zero == nil else { throw failure("reals of few bits have no zero point but 0") }
      result = try rounded(ratio, toReal: type, saturating: saturates)
    }
    return result.standing(for: type)
  }

  private mutating func rounded(
    _ ratio: LoweredValue, zeroPoint: LoweredValue?, in range: ClosedRange<Double>
  ) throws(LoweringError) -> LoweredValue {
    guard let zeroPoint else {
      let limited = try call(
        "aten::clamp", .tensor(ratio), .real(range.lowerBound - Self.lessThanHalf),
        .real(range.upperBound + Self.lessThanHalf))
      return try straightThrough(try call("aten::round", .tensor(limited)), as: limited)
    }
    // Rounding comes before the zero point is added, because halves go to the even number.
    let limited: LoweredValue
    if zeroPoint.rank == 0, let zero = known(zeroPoint)?.doubles().first {
      limited = try call(
        "aten::clamp", .tensor(ratio), .real(range.lowerBound - zero - Self.lessThanHalf),
        .real(range.upperBound - zero + Self.lessThanHalf))
    } else {
      let limits = [range.lowerBound - Self.lessThanHalf, range.upperBound + Self.lessThanHalf]
      let bounds = try limits.map { bound throws(LoweringError) in
        try call("aten::rsub.Scalar", .tensor(zeroPoint), .real(bound))
      }
      limited = try call(
        "aten::clamp.Tensor", .tensor(ratio), .tensor(bounds[0]), .tensor(bounds[1]))
    }
    let whole = try straightThrough(try call("aten::round", .tensor(limited)), as: limited)
    return try call("aten::add.Tensor", .tensor(whole), .tensor(zeroPoint))
  }

  /// How far beyond the limits numbers may lie that are rounded to within them; those have a gradient.
  private static let lessThanHalf = 0.49

  private mutating func rounded(
    _ ratio: LoweredValue, toReal type: ONNXDataType, saturating: Bool
  ) throws(LoweringError) -> LoweredValue {
    guard type.isReal, let largest = type.largest else {
      throw failure("numbers of the type \(type) are no result of quantisation")
    }
    let smooth =
      saturating
      ? try call("aten::clamp", .tensor(ratio), .real(-largest), .real(largest)) : ratio
    let narrow = try cast(smooth, to: type, saturating: saturating)
    return try straightThrough(try converted(narrow, to: .float32), as: smooth)
  }

  /// Bytes that fit the range of a whole tensor, with that scale and zero point.
  fileprivate mutating func dynamicallyQuantized(
    _ x: LoweredValue
  ) throws(LoweringError) -> [LoweredValue] {
    let largest = try call(
      "aten::clamp", .tensor(try call("aten::amax", .tensor(x))), .real(0), .none)
    let smallest = try call(
      "aten::clamp", .tensor(try call("aten::amin", .tensor(x))), .none, .real(0))
    let span = try call("aten::sub.Tensor", .tensor(largest), .tensor(smallest))
    let step = try call("aten::div.Scalar", .tensor(span), .real(255))
    // A tensor of zeros has no span.
    let isEmpty = try call("aten::eq.Scalar", .tensor(step), 0)
    let scale = try call("aten::where.ScalarSelf", .tensor(isEmpty), 1, .tensor(step))
    let shift = try call("aten::div.Tensor", .tensor(smallest), .tensor(scale))
    let zero = try rounded(try call("aten::neg", .tensor(shift)), zeroPoint: nil, to: .uint8)
    let ratio = try call("aten::div.Tensor", .tensor(x), .tensor(scale))
    return [
      try rounded(ratio, zeroPoint: zero.standing(for: nil), to: .uint8),
      try converted(scale, to: .float32), zero,
    ]
  }
}

extension ONNXDataType {
  /// The smallest and the largest number of a type of integers of at most 16 bits.
  fileprivate var wholeRange: ClosedRange<Double>? {
    switch self {
    case .uint2: 0...3
    case .int2: -2...1
    case .uint4: 0...15
    case .int4: -8...7
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65_535
    case .int16: -32_768...32_767
    default: nil
    }
  }

  /// The largest number of a type of reals of at most 8 bits.
  var largest: Double? {
    switch self {
    case .float4e2m1: 6
    case .float8e4m3fn: 448
    case .float8e4m3fnuz: 240
    case .float8e5m2, .float8e5m2fnuz: 57_344
    default: nil
    }
  }
}
