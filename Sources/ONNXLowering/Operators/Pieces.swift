import TensorModule

/// Operators that cut tensors into pieces and put pieces together.
extension OperatorTable {
  static let pieces: [String: OperatorLowering] = [
    "Concat": { lowering, call throws(LoweringError) in
      let values = try call.allInputs()
      let lists = values.compactMap { lowering.sizeList($0) }
      if lists.count == values.count, values.contains(where: \.isSizes) {
        return [LoweredValue(.sizes(SizeList(elements: lists.flatMap(\.elements))))]
      }
      let axis = try lowering.axis(try call.integer("axis", default: 1), rank: values[0].rank)
      return [try lowering.call("aten::cat", .tensors(values), .integer(BatchSize(axis)))]
    },
    "Split": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let axis = try lowering.axis(try call.integer("axis", default: 0), rank: x.rank)
      let sizes = try lowering.splitSizes(of: call, total: try lowering.size(of: x, along: axis))
      if case .sizes(let list) = x.content {
        return lowering.split(list, sizes)
      }
      return try lowering.calls(
        "aten::split_with_sizes", [.tensor(x), .integers(sizes), .integer(BatchSize(axis))])
    },
    "Slice": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let starts = try lowering.sizes(
        call, setting: "starts", input: 1, "where the slice starts")
      let ends = try lowering.sizes(call, setting: "ends", input: 2, "where the slice ends")
      let givenAxes = try lowering.integers(call, setting: "axes", input: 3, "the axes")
      let axes = givenAxes ?? Array(0..<starts.count)
      let givenSteps = try lowering.integers(call, setting: "steps", input: 4, "the steps")
      let steps = givenSteps ?? [Int](repeating: 1, count: starts.count)
      guard [ends.count, axes.count, steps.count].allSatisfy({ $0 == starts.count }) else {
        throw call.failure("its starts, ends, axes and steps do not match")
      }
      guard !steps.contains(0) else { throw call.failure("a slice cannot have steps of zero") }
      if case .sizes(let list) = x.content, starts.count == 1 {
        return [try lowering.sliced(list, from: starts[0], to: ends[0], by: steps[0])]
      }
      var result = x
      for (index, axis) in try lowering.axes(axes, rank: x.rank).enumerated() {
        result = try lowering.sliced(
          result, along: axis, from: starts[index], to: ends[index], by: steps[index])
      }
      return [result]
    },
    "Trilu": { lowering, call throws(LoweringError) in
      let diagonal = try call.optional(1).map { input throws(LoweringError) in
        try lowering.integer(input, "the diagonal")
      }
      let isUpper = try call.flag("upper", default: true)
      return [
        try lowering.wide(try call.input(0)) { lowering, x throws(LoweringError) in
          try lowering.call(
            isUpper ? "aten::triu" : "aten::tril", .tensor(x), .integer(BatchSize(diagonal ?? 0)))
        }
      ]
    },
    "ReverseSequence": { lowering, call throws(LoweringError) in
      [try lowering.reversedSequences(call)]
    },
  ]
}

extension Lowering {
  fileprivate func splitSizes(
    of call: Call, total: BatchSize
  ) throws(LoweringError) -> [BatchSize] {
    if let given = try call.integers("split") { return given.map { BatchSize($0) } }
    if call.version >= 13, let input = call.optional(1) {
      return try sizes(input, "the sizes of the pieces")
    }
    let count = try call.integer("num_outputs", default: call.resultCount)
    guard count == call.resultCount, count > 0 else {
      throw failure("it has \(call.resultCount) results, not \(count)")
    }
    guard let total = total.fixed else { throw failure("the batch cannot be split") }
    let size = (total + count - 1) / count
    return (0..<count).map { BatchSize(max(0, min(size, total - $0 * size))) }
  }

  fileprivate func split(_ list: SizeList, _ sizes: [BatchSize]) -> [LoweredValue] {
    var rest = list.elements[...]
    return sizes.map { size in
      let piece = Array(rest.prefix(max(0, size.constant)))
      rest = rest.dropFirst(piece.count)
      return LoweredValue(.sizes(SizeList(elements: piece)))
    }
  }

  fileprivate func sliced(
    _ list: SizeList, from start: BatchSize, to end: BatchSize, by step: Int
  ) throws(LoweringError) -> LoweredValue {
    guard let start = start.fixed, let end = end.fixed else {
      throw failure("where the slice of a shape starts and ends must be known")
    }
    let positions = Self.positions(from: start, to: end, by: step, size: list.elements.count)
    return LoweredValue(.sizes(SizeList(elements: positions.map { list.elements[$0] })))
  }

  fileprivate mutating func sliced(
    _ x: LoweredValue, along axis: Int, from start: BatchSize, to end: BatchSize, by step: Int
  ) throws(LoweringError) -> LoweredValue {
    if step > 0 {
      return try call(
        "aten::slice.Tensor", .tensor(x), .integer(BatchSize(axis)), .integer(start),
        .integer(end), .integer(BatchSize(step)))
    }
    guard let start = start.fixed, let end = end.fixed,
      let size = try self.size(of: x, along: axis).fixed
    else { throw failure("a slice against the order needs known bounds and sizes") }
    return try selected(
      x, Self.positions(from: start, to: end, by: step, size: size), along: axis)
  }

  /// The positions of a slice, with Python's rules.
  private static func positions(from start: Int, to end: Int, by step: Int, size: Int) -> [Int] {
    func bounded(_ position: Int, _ range: ClosedRange<Int>) -> Int {
      let fromFront = position < 0 ? position.addingReportingOverflow(size).partialValue : position
      return min(max(fromFront, range.lowerBound), range.upperBound)
    }
    if step > 0 {
      return Array(stride(from: bounded(start, 0...size), to: bounded(end, 0...size), by: step))
    }
    let last = size - 1
    guard last >= 0 else { return [] }
    // An end before the first element is written as a very small number.
    return Array(stride(from: bounded(start, -1...last), to: bounded(end, -1...last), by: step))
  }

  fileprivate mutating func reversedSequences(
    _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let x = try call.input(0)
    let lengths = try integers(try call.input(1), "the lengths")
    let time = try axis(try call.integer("time_axis", default: 0), rank: x.rank)
    let batch = try axis(try call.integer("batch_axis", default: 1), rank: x.rank)
    guard let size = try self.size(of: x, along: time).fixed,
      lengths.allSatisfy((0...size).contains)
    else {
      throw failure("the lengths do not fit its input")
    }
    var rows: [LoweredValue] = []
    for (index, length) in lengths.enumerated() {
      let row = try self.call(
        "aten::slice.Tensor", .tensor(x), .integer(BatchSize(batch)), .integer(BatchSize(index)),
        .integer(BatchSize(index + 1)))
      rows.append(
        try selected(row, Array((0..<length).reversed()) + Array(length..<size), along: time))
    }
    return try self.call("aten::cat", .tensors(rows), .integer(BatchSize(batch)))
  }
}
