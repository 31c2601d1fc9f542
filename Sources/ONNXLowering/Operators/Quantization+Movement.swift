import ProgramFormats
import ProgramRuntime
import TensorModule

/// What becomes of numbers of few bits that are kept as reals (see ``OperatorTable/quantization``) where
/// they meet an operator.
extension Lowering {
  /// Lowers a node, with its inputs as the operator wants them.
  mutating func results(
    of lowering: OperatorTable.OperatorLowering, named name: String, for call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    guard call.inputs.contains(where: { $0?.standsFor != nil }),
      !OperatorTable.takesQuantized(name)
    else { return try lowering(&self, call) }
    if let carried = call.carriedInputs(of: name) {
      return try moved(lowering, call, carried)
    }
    // What becomes real anyway may stay so, with its gradient.
    var inputs = call.inputs
    if try call.makesReals {
      inputs[0] = inputs[0]?.standing(for: nil)
    } else {
      inputs = try inGraph(inputs)
    }
    return try lowering(&self, call.with(inputs))
  }

  /// Lowers a node that takes its results from among the elements of inputs.
  private mutating func moved(
    _ lowering: OperatorTable.OperatorLowering, _ call: Call, _ carried: [Int]
  ) throws(LoweringError) -> [LoweredValue] {
    let values = carried.compactMap { call.optional($0) }
    guard let type = values.lazy.compactMap(\.standsFor).first else {
      return try lowering(&self, call.with(try inGraph(call.inputs)))
    }
    let isKeptReal = values.contains { $0.standsFor != nil && $0.isReal }
    var inputs = call.inputs
    for index in inputs.indices {
      guard let input = inputs[index] else { continue }
      if carried.contains(index) {
        inputs[index] = isKeptReal ? try real(input) : input.standing(for: nil)
      } else {
        inputs[index] = try asInGraph(input)
      }
    }
    let elementType = isKeptReal ? ElementType.float32 : values[0].elementType
    return try lowering(&self, call.with(inputs)).map { result in
      result.elementType == elementType && !result.isSizes ? result.standing(for: type) : result
    }
  }

  private mutating func inGraph(
    _ values: [LoweredValue?]
  ) throws(LoweringError) -> [LoweredValue?] {
    var values = values
    for index in values.indices {
      guard let value = values[index] else { continue }
      let whole = try asInGraph(value)
      // Reals that become integers lose their gradient.
      if whole.isReal != value.isReal { noteStep(on: value) }
      values[index] = whole
    }
    return values
  }
}

extension Call {
  fileprivate func with(_ inputs: [LoweredValue?]) -> Call {
    Call(node: node, inputs: inputs, version: version)
  }

  /// Whether the node converts its input to reals.
  fileprivate var makesReals: Bool {
    get throws(LoweringError) {
      guard optional(0)?.isReal ?? false else { return false }
      switch node.spelledOperation {
      case "Cast":
        return ONNXDataType(rawValue: try integer("to", default: 0))?.isReal ?? false
      case "CastLike": return optional(1)?.isRealInGraph ?? false
      default: return false
      }
    }
  }

  /// The inputs that results are elements of; nothing if the operator computes new ones.
  fileprivate func carriedInputs(of name: String) -> [Int]? {
    switch name {
    case "Concat", "Max", "Min": return Array(inputs.indices)
    case "Clip": return [0, 1, 2]
    case "Where": return [1, 2]
    case "Pad", "ScatterElements", "ScatterND": return [0, 2]
    case "Resize", "Upsample":
      guard case .string(let mode)? = node.attributes["mode"] else { return [0] }
      return mode == "nearest" ? [0] : nil
    default: return OperatorTable.moving.contains(name) ? [0] : nil
    }
  }
}

extension OperatorTable {
  /// Operators that know what to do with numbers of few bits, or hand on what they are given.
  fileprivate static func takesQuantized(_ name: String) -> Bool {
    [controlFlow, sequences, quantization, quantizedOperators].contains { $0[name] != nil }
      || name == "Identity"
  }

  /// Operators whose first result holds elements of the first input.
  fileprivate static let moving: Set = [
    "CenterCropPad", "Compress", "DepthToSpace", "Dropout", "Expand", "Flatten", "Gather",
    "GatherElements", "GatherND", "GlobalMaxPool", "MaxPool", "MaxUnpool", "ReduceMax",
    "ReduceMin", "Relu", "Reshape", "ReverseSequence", "Slice", "SpaceToDepth", "Split", "Squeeze",
    "Tile", "TopK", "Transpose", "Trilu", "Unsqueeze",
  ]
}
