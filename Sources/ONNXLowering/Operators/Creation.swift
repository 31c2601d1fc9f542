import ProgramFormats
import ProgramRuntime
import TensorModule

/// Tensors out of nothing.
extension OperatorTable {
  static let creation: [String: OperatorLowering] = [
    "Constant": { lowering, call throws(LoweringError) in
      let name = call.node.outputs.first ?? call.node.name
      switch try call.constantAttribute() {
      case .tensor(let tensor): return [try lowering.constant(tensor, named: name)]
      case .real(let value): return [lowering.constant(Tensor.full([], value))]
      case .integer(let value): return [lowering.constant(Tensor([value]).reshaped([]))]
      case .reals(let list):
        return [lowering.constant(Tensor(list.map { Float($0) }, shape: [list.count]))]
      case .integers(let list): return [lowering.constant(Tensor(list))]
      default: throw call.failure("text is not supported")
      }
    },
    "ConstantOfShape": { lowering, call throws(LoweringError) in
      let sizes = try lowering.sizes(try call.input(0), "the shape")
      try lowering.check(elementsOf: sizes)
      var (value, type) = (0.0, ElementType.float32)
      if case .tensor(let tensor)? = call.node.attributes["value"] {
        let constant = try lowering.constant(tensor)
        (value, type) = (try lowering.real(constant, "the value"), constant.elementType)
      }
      return [
        try lowering.call("aten::full", .integers(sizes), .real(value), .type(type))
      ]
    },
    "Range": { lowering, call throws(LoweringError) in
      let ends = [try call.input(0), try call.input(1), try call.input(2)]
      if ends.contains(where: { if case .sizes = $0.content { true } else { false } }) {
        return [try lowering.range(ends)]
      }
      let numbers = try ends.map { end throws(LoweringError) in
        try lowering.real(end, "the range")
      }
      guard numbers[2] != 0, case let count = ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up),
        count < Double(Lowering.largestElementCount)
      else { throw call.failure("its range is endless or too long") }
      // Counted, because rounding must not decide how many there are.
      let positions = Tensor.range(0..<Int(max(0, count)))
      let type = ends[0].elementType
      let wide = positions.converted(to: type.isReal ? .float64 : .int64)
      let values = wide * numbers[2] + numbers[0]
      return [lowering.constant(values.converted(to: type))]
    },
    "EyeLike": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let sizes = try lowering.sizes(of: x)
      guard sizes.count == 2, let rows = sizes[0].fixed, let columns = sizes[1].fixed else {
        throw call.failure("its input is no matrix of known size")
      }
      try lowering.check(elementsOf: sizes)
      let shift = try call.integer("k", default: 0)
      let type = try call.integer("dtype").flatMap { ONNXDataType(rawValue: $0)?.dataType }
      let difference =
        Tensor.range(0..<columns).unsqueezed(at: 0) - Tensor.range(0..<rows).unsqueezed(at: 1)
      let matrix = (difference .== Double(shift)).converted(
        to: type.map { ElementType($0) } ?? x.elementType)
      return [lowering.constant(matrix)]
    },
    "Dropout": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let isIdle = call.optional(1).flatMap { lowering.known($0)?.doubles().first } == 0
      if !isIdle, let training = call.optional(2),
        lowering.known(training)?.truths().first != false
      {
        throw call.failure("it drops out at random, as only training does")
      }
      let mask = try lowering.call("aten::ones_like", .tensor(x), .type(.bool))
      return [x, mask]
    },
  ]
}

extension Lowering {
  /// A range whose ends depend on the batch.
  fileprivate mutating func range(_ ends: [LoweredValue]) throws(LoweringError) -> LoweredValue {
    let numbers = try ends.map { end throws(LoweringError) in
      let list = try sizes(end, "the range")
      guard list.count == 1 else { throw failure("each end of a range is one number") }
      return list[0]
    }
    guard let step = numbers[2].fixed, step != 0,
      let length = BatchSize.difference(numbers[1], numbers[0])
    else { throw failure("its range is endless or too long") }
    let count = length.value(for: batches.max() ?? 1).magnitude / step.magnitude
    try check(elementsOf: [BatchSize(Int(clamping: count))])
    return try call(
      "aten::arange.start_step", .integer(numbers[0]), .integer(numbers[1]), .integer(numbers[2]),
      .type(.int64))
  }
}

extension Call {
  /// The one setting of a constant.
  fileprivate func constantAttribute() throws(LoweringError) -> ONNXAttribute {
    guard node.attributes.count == 1, let value = node.attributes.values.first else {
      throw failure("a constant has one value")
    }
    return value
  }
}
