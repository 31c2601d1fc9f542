import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// Conversions between types of elements.
extension OperatorTable {
  static let casts: [String: OperatorLowering] = [
    "Cast": { lowering, call throws(LoweringError) in
      let number = try call.integer("to", default: 0)
      guard let type = ONNXDataType(rawValue: number) else {
        throw call.failure("there is no type of elements with the number \(number)")
      }
      return [
        try lowering.cast(
          try call.input(0), to: type, saturating: try call.flag("saturate", default: true))
      ]
    },
    "CastLike": { lowering, call throws(LoweringError) in
      let like = try call.input(1)
      let type = like.standsFor ?? ONNXDataType(like.elementType)
      return [
        try lowering.cast(
          try lowering.asInGraph(try call.input(0)), to: type,
          saturating: try call.flag("saturate", default: true))
      ]
    },
    "BitCast": { lowering, call throws(LoweringError) in
      let number = try call.integer("to", default: 0)
      guard let type = ONNXDataType(rawValue: number), type.bitCount ?? 0 >= 8,
        let dataType = type.dataType
      else { throw call.failure("bits cannot become the type with the number \(number)") }
      return [
        try lowering.call(
          "aten::view.dtype", .tensor(try call.input(0)), .type(ElementType(dataType)))
      ]
    },
  ]
}

extension Lowering {
  /// The value with elements of another type of the graph.
  mutating func cast(
    _ value: LoweredValue, to type: ONNXDataType, saturating: Bool = true
  ) throws(LoweringError) -> LoweredValue {
    if case .sizes = value.content, [.int64, .int32].contains(type) { return value }
    guard let dataType = type.dataType else { throw failure("text is not supported") }
    let value = try materialized(value)
    if !type.isReal { noteStep(on: value) }
    let isPacked = (type.bitCount ?? 8) < 8
    let number = isPacked ? try packed(value, as: type) : value
    let clamped = try saturated(number, to: type, saturating)
    let result = try converted(clamped, to: ElementType(dataType))
    if isPacked { return result.standing(for: type) }
    return try passingIntegers(from: value, to: result)
  }

  /// Reals that were integers in between, with the gradient of what they were before, if wanted.
  ///
  /// Only two casts right after each other are seen: the engine has no gradients of integers.
  private mutating func passingIntegers(
    from value: LoweredValue, to result: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    guard case .traced(let before) = value.content else { return result }
    if let step = stepsOfIntegers[before.name], result.isReal { steps[step].passing = .ifAsked }
    if value.isReal, value.seesPicture, case .traced(let after) = result.content, !result.isReal,
      result.elementType != .bool
    {
      stepsOfIntegers[after.name] = steps.indices.last
    }
    guard isStraightThrough else { return result }
    if value.isReal, case .traced(let after) = result.content, !result.isReal,
      result.elementType != .bool
    {
      realsOfIntegers[after.name] = value
    }
    guard result.isReal, let reals = realsOfIntegers[before.name] else { return result }
    return try straightThrough(result, as: try converted(reals, to: result.elementType))
  }

  /// Reals that are too large for an eight-bit type as its largest ones, or as no numbers.
  private mutating func saturated(
    _ value: LoweredValue, to type: ONNXDataType, _ saturating: Bool
  ) throws(LoweringError) -> LoweredValue {
    guard let largest = type.largest, value.isReal else { return value }
    let wide = try converted(value, to: .float32)
    if saturating {
      return try call("aten::clamp", .tensor(wide), .real(-largest), .real(largest))
    }
    // The engine saturates this type by itself; what rounds to more than its largest number is none.
    guard type == .float8e4m3fn else { return value }
    let size = try call("aten::abs", .tensor(wide))
    let isTooLarge = try call("aten::gt.Scalar", .tensor(size), 464)
    return try call(
      "aten::masked_fill.Scalar", .tensor(wide), .tensor(isTooLarge), .real(.nan))
  }

  /// Numbers that fit two or four bits.
  private mutating func packed(
    _ value: LoweredValue, as type: ONNXDataType
  ) throws(LoweringError) -> LoweredValue {
    if type == .float4e2m1 { return try nearestFloat4(value) }
    let bits = type.bitCount ?? 8
    let count = 1 << bits
    let isSigned = [.int4, .int2].contains(type)
    let whole =
      value.isReal ? try call("aten::trunc", .tensor(try converted(value, to: .float32))) : value
    let wide = try converted(whole, to: .int64)
    // Only the lowest bits are kept.
    let offset = isSigned ? count / 2 : 0
    let shifted = try call("aten::add.Scalar", .tensor(wide), .integer(BatchSize(offset)))
    let wrapped = try call("aten::remainder.Scalar", .tensor(shifted), .integer(BatchSize(count)))
    return try call("aten::sub.Scalar", .tensor(wrapped), .integer(BatchSize(offset)))
  }
}

extension ONNXDataType {
  /// The type of the graph for the engine's.
  init(_ type: ElementType) {
    let dataType = DataType(type)
    let plain = Self.allCases.first { $0.dataType == dataType && ($0.bitCount ?? 8) >= 8 }
    self = plain ?? .float
  }
}
