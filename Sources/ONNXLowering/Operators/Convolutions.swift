import TensorModule

/// Convolutions and their transposes.
extension OperatorTable {
  static let convolutions: [String: OperatorLowering] = [
    "Conv": { lowering, call throws(LoweringError) in
      [
        try lowering.convolution(
          try call.input(0), try call.input(1), bias: call.optional(2), call)
      ]
    },
    "ConvTranspose": { lowering, call throws(LoweringError) in
      [try lowering.transposedConvolution(call)]
    },
  ]
}

extension Lowering {
  /// A convolution in one to three dimensions with the settings of a node.
  mutating func convolution(
    _ x: LoweredValue, _ weight: LoweredValue, bias: LoweredValue?, _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let window = try window(of: call, kernel: try spatialSizes(of: weight), over: x)
    let dimensions = window.kernel.count
    guard dimensions <= 3 else { throw failure("a convolution has one to three dimensions") }
    let groups = try call.integer("group", default: 1)
    let spatial = try spatialSizes(of: x)
    try check(
      elementsOf: [try sizes(of: x)[0], try sizes(of: weight)[0]]
        + spatial.indices.map { BatchSize(window.count(along: $0, of: spatial[$0])) })
    var (input, pads) = (x, [Int](repeating: 0, count: dimensions))
    if let symmetric = window.symmetricPads {
      pads = symmetric
    } else {
      input = try padded(x, [(0, 0), (0, 0)] + window.pads, with: 0)
    }
    return try self.call(
      "aten::conv\(dimensions)d", .tensor(input), .tensor(weight), .optional(bias),
      .integers(window.strides), .integers(pads), .integers(window.dilations),
      .integer(BatchSize(groups)))
  }

  fileprivate mutating func transposedConvolution(
    _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let (x, weight) = (try call.input(0), try call.input(1))
    var window = try window(of: call, kernel: try spatialSizes(of: weight), over: x)
    let dimensions = window.kernel.count
    guard dimensions <= 3 else { throw failure("a convolution has one to three dimensions") }
    let sizes = try spatialSizes(of: x)
    let extra = try call.integers("output_padding") ?? [Int](repeating: 0, count: dimensions)
    let limits = zip(window.strides, window.dilations).map { max($0, $1) }
    guard extra.count == dimensions, zip(extra, limits).allSatisfy({ (0..<$1) ~= $0 })
    else { throw failure("its output_padding does not fit") }
    let full = (0..<dimensions).map {
      (sizes[$0] - 1) * window.strides[$0] + window.extent($0)
    }
    try check(
      elementsOf: [try self.sizes(of: x)[0], try self.sizes(of: weight)[1]]
        + zip(full, extra).map { BatchSize($0 + $1) })
    window.pads = try transposedPads(call, window, full: full, extra: extra, sizes: sizes)
    let groups = try call.integer("group", default: 1)
    let name = "aten::conv_transpose\(dimensions)d" + (dimensions == 1 ? "" : ".input")
    let whole = try self.call(
      name, .tensor(x), .tensor(weight), .optional(call.optional(2)), .integers(window.strides),
      .integers(window.symmetricPads ?? [Int](repeating: 0, count: dimensions)),
      .integers(extra), .integer(BatchSize(groups)), .integers(window.dilations))
    if window.symmetricPads != nil { return whole }
    return try padded(
      whole, [(0, 0), (0, 0)] + window.pads.map { (-$0.before, -$0.after) }, with: 0)
  }

  /// What is cut off a transposed convolution, from the sizes that are wanted or from the settings.
  private func transposedPads(
    _ call: Call, _ window: Window, full: [Int], extra: [Int], sizes: [Int]
  ) throws(LoweringError) -> [(before: Int, after: Int)] {
    let mode = try call.string("auto_pad") ?? "NOTSET"
    let isSame = mode.hasPrefix("SAME")
    let wanted =
      try call.integers("output_shape").map { Array($0.suffix(full.count)) }
      ?? (isSame ? zip(sizes, window.strides).map { $0 * $1 } : nil)
    guard let wanted, wanted.count == full.count else { return window.pads }
    guard zip(wanted, full).allSatisfy({ (0...2 * $1) ~= $0 }) else {
      throw failure("its output_shape does not fit")
    }
    return full.indices.map { axis in
      let surplus = full[axis] + extra[axis] - wanted[axis]
      // What is wanted beyond the full size is added behind.
      guard surplus > 0 else { return (0, surplus) }
      let less = surplus / 2
      return mode == "SAME_UPPER" ? (less, surplus - less) : (surplus - less, less)
    }
  }
}
