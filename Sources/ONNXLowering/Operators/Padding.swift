import TensorModule

/// Padding in all its modes.
extension OperatorTable {
  static let padding: [String: OperatorLowering] = [
    "Pad": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let setting = call.has("paddings") ? "paddings" : "pads"
      guard let given = try lowering.integers(call, setting: setting, input: 1, "the padding")
      else { throw call.failure("its padding is missing") }
      var axes = Array(0..<x.rank)
      if let input = call.optional(3) {
        axes = try lowering.axes(try lowering.integers(input, "the axes"), rank: x.rank)
      }
      guard given.count == 2 * axes.count,
        given.allSatisfy((-Lowering.largestPadding...Lowering.largestPadding).contains)
      else { throw call.failure("\(given) is no padding of \(axes.count) axes") }
      var pads = [(before: Int, after: Int)](repeating: (0, 0), count: x.rank)
      for (index, axis) in axes.enumerated() {
        pads[axis] = (given[index], given[index + axes.count])
      }
      switch try call.string("mode") ?? "constant" {
      case "constant":
        let value = try lowering.padding(of: call)
        return [try lowering.padded(x, pads, with: value)]
      case let mode: return [try lowering.padded(x, pads, mode: mode)]
      }
    }
  ]
}

extension Lowering {
  fileprivate mutating func padding(of call: Call) throws(LoweringError) -> Double {
    if let value = try call.real("value") { return value }
    guard call.version >= 11, let input = call.optional(2), known(input)?.elementCount != 0 else {
      return 0
    }
    return try real(input, "the number to pad with")
  }

  /// A tensor with the same number all around it; negative padding cuts off.
  mutating func padded(
    _ x: LoweredValue, _ pads: [(before: Int, after: Int)], with value: Double
  ) throws(LoweringError) -> LoweredValue {
    if pads.allSatisfy({ $0 == (0, 0) }) { return x }
    let sizes = try sizes(of: x)
    try check(
      elementsOf: zip(sizes, pads).map { size, pad in
        BatchSize.sum(size, BatchSize(pad.before + pad.after)) ?? size
      })
    // The engine wants the last dimension first, and only those from the first that is padded.
    let first = pads.firstIndex { $0 != (0, 0) } ?? 0
    let list = pads[first...].reversed().flatMap { [$0.before, $0.after] }
    return try wide(x) { lowering, x throws(LoweringError) in
      try lowering.call(
        "aten::constant_pad_nd", .tensor(x), .integers(list),
        x.isReal ? .real(value) : .integer(BatchSize(Int(exactly: value) ?? 0)))
    }
  }

  /// A tensor continued beyond its edges by elements of its own.
  fileprivate mutating func padded(
    _ x: LoweredValue, _ pads: [(before: Int, after: Int)], mode: String
  ) throws(LoweringError) -> LoweredValue {
    var result = x
    let sizes = try sizes(of: x)
    try check(
      elementsOf: zip(sizes, pads).map {
        BatchSize.sum($0, BatchSize(max($1.before, 0) + max($1.after, 0))) ?? $0
      })
    for (axis, pad) in pads.enumerated() where pad != (0, 0) {
      guard let size = sizes[axis].fixed, size > 0 else {
        throw failure("an axis of open or no size cannot be continued")
      }
      let positions = (-pad.before..<max(-pad.before, size + pad.after)).map { position in
        switch mode {
        case "edge": min(max(position, 0), size - 1)
        case "wrap": (position % size + size) % size
        default: Self.reflected(position, size: size)
        }
      }
      result = try selected(result, positions, along: axis)
    }
    guard ["edge", "wrap", "reflect"].contains(mode) else {
      throw failure("there is no way of padding called \(mode)")
    }
    return result
  }

  /// The most rows or columns that are added on one side.
  fileprivate static let largestPadding = 1 << 24

  /// The position after reflections at the first and the last element.
  private static func reflected(_ position: Int, size: Int) -> Int {
    guard size > 1 else { return 0 }
    let period = 2 * (size - 1)
    let within = (position % period + period) % period
    return min(within, period - within)
  }
}
