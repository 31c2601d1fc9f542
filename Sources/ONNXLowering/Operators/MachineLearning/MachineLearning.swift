import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// The simpler operators of `ai.onnx.ml`, which scikit-learn's models are exported with.
extension OperatorTable {
  static let machineLearning: [String: OperatorLowering] = [
    "ai.onnx.ml::ArrayFeatureExtractor": { lowering, call throws(LoweringError) in
      let x = try lowering.atLeastMatrix(try call.input(0))
      let positions = try lowering.call(
        "aten::flatten.using_ints", .tensor(try call.input(1)), 0, -1)
      return [
        try lowering.call(
          "aten::index_select", .tensor(x), -1,
          .tensor(try lowering.converted(positions, to: .int64)))
      ]
    },
    "ai.onnx.ml::Binarizer": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      lowering.noteStep(on: x)
      let threshold = try call.real("threshold", default: 0)
      let isAbove = try lowering.call("aten::gt.Scalar", .tensor(x), .real(threshold))
      return [try lowering.converted(isAbove, to: x.elementType)]
    },
    "ai.onnx.ml::FeatureVectorizer": { lowering, call throws(LoweringError) in
      let counts = try call.integers("inputdimensions")
      var parts: [LoweredValue] = []
      for (index, input) in try call.allInputs().enumerated() {
        var part = try lowering.real(try lowering.atLeastMatrix(input))
        if let counts, counts.indices.contains(index) {
          part = try lowering.call(
            "aten::slice.Tensor", .tensor(part), 1, 0, .integer(BatchSize(counts[index])))
        }
        parts.append(part)
      }
      return [try lowering.call("aten::cat", .tensors(parts), 1)]
    },
    "ai.onnx.ml::Imputer": { lowering, call throws(LoweringError) in
      [try lowering.imputed(call)]
    },
    "ai.onnx.ml::LabelEncoder": { lowering, call throws(LoweringError) in
      [try lowering.relabelled(call)]
    },
    "ai.onnx.ml::Normalizer": { lowering, call throws(LoweringError) in
      let x = try lowering.real(try call.input(0))
      return [try lowering.normalized(x, call)]
    },
    "ai.onnx.ml::Scaler": { lowering, call throws(LoweringError) in
      let x = try lowering.real(try call.input(0))
      let offset = try lowering.features(try call.reals("offset") ?? [0])
      let scale = try lowering.features(try call.reals("scale") ?? [1])
      let centred = try lowering.call("aten::sub.Tensor", .tensor(x), .tensor(offset))
      return [try lowering.call("aten::mul.Tensor", .tensor(centred), .tensor(scale))]
    },
    // Numbers with their classes as names: here they stay a matrix.
    "ai.onnx.ml::ZipMap": { lowering, call throws(LoweringError) in [try call.input(0)] },
  ]
}

extension Lowering {
  /// A list of numbers as a row; of a matrix, the list is its only row.
  mutating func atLeastMatrix(_ value: LoweredValue) throws(LoweringError) -> LoweredValue {
    value.rank >= 2 ? value : try call("aten::reshape", .tensor(value), [1, -1])
  }

  /// One number for each feature, or one for all.
  mutating func features(_ numbers: [Double]) throws(LoweringError) -> LoweredValue {
    constant(Tensor(numbers.map { Float($0) }, shape: [numbers.count]))
  }

  /// Rows divided by their largest element, their sum or their length.
  fileprivate mutating func normalized(
    _ x: LoweredValue, _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let axis = Argument.integers([x.rank == 1 ? 0 : 1])
    let norm = try call.string("norm") ?? "MAX"
    // Probabilities add up to one as they are, and what makes them stays the last call.
    if norm == "L1", x.rank == 2, isSoftmax(x) { return x }
    let measure: LoweredValue
    switch norm {
    case "MAX": measure = try self.call("aten::amax", .tensor(x), axis, true)
    case "L1":
      let sizes = try self.call("aten::abs", .tensor(x))
      measure = try self.call("aten::sum.dim_IntList", .tensor(sizes), axis, true)
    case "L2":
      measure = try self.call("aten::linalg_vector_norm", .tensor(x), 2, axis, true)
    default: throw failure("there is no norm \(norm)")
    }
    // Rows of zeros stay what they are.
    let isZero = try self.call("aten::eq.Scalar", .tensor(measure), 0)
    let divisor = try self.call("aten::where.ScalarSelf", .tensor(isZero), 1, .tensor(measure))
    return try self.call("aten::div.Tensor", .tensor(x), .tensor(divisor))
  }

  /// Whether a value is a softmax along its last axis.
  private func isSoftmax(_ value: LoweredValue) -> Bool {
    guard case .traced(let traced) = value.content,
      let node = program.nodes.last(where: { $0.valuesDefined.contains(traced.name) }),
      node.operation.name == "softmax",
      case .integer(.constant(let axis))? = node[argument: "dim"]
    else { return false }
    return [-1, value.rank - 1].contains(axis)
  }

  /// The features with those of one value replaced.
  fileprivate mutating func imputed(_ call: Call) throws(LoweringError) -> LoweredValue {
    let x = try call.input(0)
    let isMissing: LoweredValue
    let replacements: Tensor
    if let numbers = try call.reals("imputed_value_floats"), x.isReal {
      let missing = try call.real("replaced_value_float", default: 0)
      isMissing =
        missing.isNaN
        ? try self.call("aten::isnan", .tensor(x))
        : try self.call("aten::eq.Scalar", .tensor(x), .real(missing))
      replacements = Tensor(numbers, shape: [numbers.count]).converted(to: x.elementType)
    } else if let numbers = try call.integers("imputed_value_int64s") {
      let missing = try call.integer("replaced_value_int64", default: 0)
      isMissing = try self.call("aten::eq.Scalar", .tensor(x), .integer(BatchSize(missing)))
      replacements = Tensor(numbers).converted(to: x.elementType)
    } else {
      throw failure("what it puts in place of missing values does not fit its input")
    }
    return try self.call(
      "aten::where.self", .tensor(isMissing), .tensor(constant(replacements)), .tensor(x))
  }

  /// Numbers replaced by those that belong to them.
  fileprivate mutating func relabelled(_ call: Call) throws(LoweringError) -> LoweredValue {
    let x = try call.input(0)
    noteStep(on: x)
    guard let keys = try numbers(of: call, "keys"), let values = try numbers(of: call, "values"),
      let count = known(keys)?.elementCount, count > 0, known(values)?.elementCount == count
    else { throw failure("it maps from or to text, which is not supported") }
    let fallback: LoweredValue
    if case .tensor(let tensor)? = call.node.attributes["default_tensor"] {
      fallback = try constant(tensor)
    } else if values.isReal {
      fallback = constant(Tensor.full([], try call.real("default_float", default: 0)))
    } else {
      let number = try call.integer("default_int64", default: -1)
      fallback = constant(Tensor([number]).reshaped([]))
    }
    let column = try self.call("aten::unsqueeze", .tensor(x), -1)
    var isKey = try self.call("aten::eq.Tensor", .tensor(column), .tensor(keys))
    if x.isReal, keys.isReal {
      // Not-a-number is a key like others.
      let areNaN = try self.call(
        "aten::logical_and", .tensor(try self.call("aten::isnan", .tensor(column))),
        .tensor(try self.call("aten::isnan", .tensor(keys))))
      isKey = try self.call("aten::logical_or", .tensor(isKey), .tensor(areNaN))
    }
    let isKnown = try self.call("aten::any.dim", .tensor(isKey), -1)
    let place = try self.call(
      "aten::argmax", .tensor(try converted(isKey, to: .uint8)), .integer(-1))
    let value = try self.call("aten::take", .tensor(values), .tensor(place))
    let rest = try self.call("aten::reshape", .tensor(fallback), .integers([Int]()))
    return try self.call(
      "aten::where.self", .tensor(isKnown), .tensor(value),
      .tensor(try converted(rest, to: value.elementType)))
  }

  private mutating func numbers(
    of call: Call, _ name: String
  ) throws(LoweringError) -> LoweredValue? {
    if case .tensor(let tensor)? = call.node.attributes["\(name)_tensor"] {
      return try constant(tensor)
    }
    if let list = try call.integers("\(name)_int64s") { return constant(Tensor(list)) }
    guard let list = try call.reals("\(name)_floats") else { return nil }
    return try features(list)
  }
}
