import ProgramFormats
import TensorModule

/// Lists of tensors, and values that may be absent.
extension OperatorTable {
  static let sequences: [String: OperatorLowering] = [
    "SequenceEmpty": { lowering, call throws(LoweringError) in [LoweredValue(.sequence([]))] },
    "SequenceConstruct": { lowering, call throws(LoweringError) in
      [LoweredValue(.sequence(try call.allInputs()))]
    },
    "SequenceAt": { lowering, call throws(LoweringError) in
      let list = try lowering.sequence(try call.input(0))
      return [list[try lowering.position(try call.input(1), below: list.count)]]
    },
    "SequenceInsert": { lowering, call throws(LoweringError) in
      var list = try lowering.sequence(try call.input(0))
      let position = try call.optional(2).map { value throws(LoweringError) in
        try lowering.position(value, below: list.count + 1, length: list.count)
      }
      list.insert(try call.input(1), at: position ?? list.count)
      return [LoweredValue(.sequence(list))]
    },
    "SequenceErase": { lowering, call throws(LoweringError) in
      var list = try lowering.sequence(try call.input(0))
      let position = try call.optional(1).map { value throws(LoweringError) in
        try lowering.position(value, below: list.count)
      }
      guard !list.isEmpty else { throw call.failure("its list is empty") }
      list.remove(at: position ?? list.count - 1)
      return [LoweredValue(.sequence(list))]
    },
    "SequenceLength": { lowering, call throws(LoweringError) in
      let count = try lowering.sequence(try call.input(0)).count
      return [lowering.constant(Tensor([count]).reshaped([]))]
    },
    "SplitToSequence": { lowering, call throws(LoweringError) in
      [LoweredValue(.sequence(try lowering.splitToSequence(call)))]
    },
    "ConcatFromSequence": { lowering, call throws(LoweringError) in
      let list = try lowering.sequence(try call.input(0))
      let axis = Argument.integer(BatchSize(try call.integer("axis", default: 0)))
      let name = try call.flag("new_axis") ? "aten::stack" : "aten::cat"
      return [try lowering.call(name, .tensors(list), axis).standing(for: list.first?.standsFor)]
    },
    "Optional": { lowering, call throws(LoweringError) in [try call.input(0)] },
    "OptionalGetElement": { lowering, call throws(LoweringError) in [try call.input(0)] },
    "OptionalHasElement": { lowering, call throws(LoweringError) in
      [lowering.constant(Tensor([call.optional(0) != nil]).reshaped([]))]
    },
  ]
}

extension Lowering {
  /// The elements of a list.
  func sequence(_ value: LoweredValue) throws(LoweringError) -> [LoweredValue] {
    guard case .sequence(let list) = value.content else {
      throw failure("a list of tensors is wanted where there is a tensor")
    }
    return list
  }

  /// A position in a list; negative ones count from the end.
  fileprivate func position(
    _ value: LoweredValue, below limit: Int, length: Int? = nil
  ) throws(LoweringError) -> Int {
    let position = try integer(value, "the position")
    let fromFront = position < 0 ? position + (length ?? limit) : position
    guard (0..<limit).contains(fromFront) else {
      throw failure("there is no position \(position) in its list")
    }
    return fromFront
  }

  fileprivate mutating func splitToSequence(
    _ call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    let value = try call.input(0)
    let sizes = try self.sizes(of: value)
    let axis = try axis(try call.integer("axis", default: 0), rank: sizes.count)
    guard sizes.indices.contains(axis), let size = sizes[axis].fixed else {
      throw failure("how many tensors there are depends on the batch")
    }
    let axisArgument = Argument.integer(BatchSize(axis))
    guard let split = call.optional(1) else {
      let keepsAxis = try call.flag("keepdims", default: true)
      return try (0..<size).map { index throws(LoweringError) in
        let slice = try self.call(
          "aten::select.int", .tensor(value), axisArgument, .integer(BatchSize(index)))
        let result =
          keepsAxis ? try self.call("aten::unsqueeze", .tensor(slice), axisArgument) : slice
        return result.standing(for: value.standsFor)
      }
    }
    let given = try integers(split, "how it is split")
    guard given.allSatisfy({ $0 > 0 }) else { throw failure("a part has no positive size") }
    let parts =
      split.rank > 0
      ? given
      : stride(from: 0, to: size, by: given[0]).map { min(given[0], size - $0) }
    guard parts.reduce(0, { $0.addingReportingOverflow($1).partialValue }) == size else {
      throw failure("its parts do not add up to \(size)")
    }
    return try calls(
      "aten::split_with_sizes", [.tensor(value), .integers(parts), axisArgument]
    ).map { $0.standing(for: value.standsFor) }
  }
}
