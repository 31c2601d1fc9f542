import TensorModule

/// Pooling over windows and over whole pictures.
extension OperatorTable {
  static let pooling: [String: OperatorLowering] = [
    "MaxPool": { lowering, call throws(LoweringError) in try lowering.maxPool(call) },
    "AveragePool": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let window = try lowering.window(of: call, kernel: try call.kernel(), over: x)
      return [
        try lowering.averagePool(
          x, window, countsPadding: try call.flag("count_include_pad"))
      ]
    },
    "LpPool": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let window = try lowering.window(of: call, kernel: try call.kernel(), over: x)
      let power = try call.real("p", default: 2)
      let size = try lowering.call("aten::abs", .tensor(x))
      let raised = try lowering.call("aten::pow.Tensor_Scalar", .tensor(size), .real(power))
      let sum = try lowering.windowSum(
        raised, window, pads: window.pads(filling: try lowering.spatialSizes(of: x)))
      return [try lowering.root(power, of: sum)]
    },
    "GlobalAveragePool": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      if x.rank == 4 {
        return [try lowering.call("aten::adaptive_avg_pool2d", .tensor(x), .integers([1, 1]))]
      }
      return [try lowering.mean(x, try lowering.spatialAxes(of: x), true)]
    },
    "GlobalMaxPool": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      return [
        try lowering.call(
          "aten::amax", .tensor(x), .integers(try lowering.spatialAxes(of: x)), true)
      ]
    },
    "GlobalLpPool": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      return [
        try lowering.call(
          "aten::linalg_vector_norm", .tensor(x), .real(try call.real("p", default: 2)),
          .integers(try lowering.spatialAxes(of: x)), true)
      ]
    },
  ]
}

extension Call {
  /// The sizes of a pooling's kernel.
  fileprivate func kernel() throws(LoweringError) -> [Int] {
    guard let kernel = try integers("kernel_shape") else {
      throw failure("its kernel_shape is missing")
    }
    return kernel
  }
}

extension Lowering {
  fileprivate mutating func maxPool(_ call: Call) throws(LoweringError) -> [LoweredValue] {
    let given = try call.input(0)
    let window = try window(of: call, kernel: try call.kernel(), over: given)
    let dimensions = window.kernel.count
    guard dimensions <= 3 else { throw failure("pooling has one to three dimensions") }
    // The engine pools real numbers.
    let x = given.isReal ? given : try converted(given, to: .float32)
    var (input, pads) = (x, [Int](repeating: 0, count: dimensions))
    let sizes = try spatialSizes(of: x)
    let isPlain =
      !window.isCeiling && !call.wants(result: 1)
      && zip(window.symmetricPads ?? [], window.kernel).allSatisfy { $0 <= $1 / 2 }
    if let symmetric = window.symmetricPads, isPlain {
      pads = symmetric
    } else {
      input = try padded(x, [(0, 0), (0, 0)] + window.pads(filling: sizes), with: -.infinity)
    }
    let arguments: [Argument] = [
      .tensor(input), .integers(window.kernel), .integers(window.strides), .integers(pads),
      .integers(window.dilations),
    ]
    guard call.wants(result: 1) else {
      let pooled = try calls("aten::max_pool\(dimensions)d", arguments)[0]
      return [try converted(pooled, to: given.elementType)]
    }
    let results = try calls("aten::max_pool\(dimensions)d_with_indices", arguments)
    let indices = try positions(
      results[1], in: window, sizes: sizes, of: x,
      isColumnMajor: try call.flag("storage_order"))
    return [try converted(results[0], to: given.elementType), indices]
  }

  /// Where the largest elements are in the whole tensor, from where they are in padded pictures.
  private mutating func positions(
    _ indices: LoweredValue, in window: Window, sizes: [Int], of x: LoweredValue,
    isColumnMajor: Bool
  ) throws(LoweringError) -> LoweredValue {
    let pads = window.pads(filling: sizes)
    let paddedSizes = zip(sizes, pads).map { $0 + $1.before + $1.after }
    var rest = indices
    var coordinates: [LoweredValue] = []
    for axis in sizes.indices.reversed() {
      let size = BatchSize(max(1, paddedSizes[axis]))
      let position = try call("aten::remainder.Scalar", .tensor(rest), .integer(size))
      coordinates.append(
        try call("aten::sub.Scalar", .tensor(position), .integer(BatchSize(pads[axis].before))))
      rest = try call("aten::div.Scalar_mode", .tensor(rest), .integer(size), .string("floor"))
    }
    coordinates.reverse()
    let order = isColumnMajor ? Array(sizes.indices.reversed()) : Array(sizes.indices)
    var flat = coordinates[order[0]]
    for axis in order.dropFirst() {
      let scaled = try call("aten::mul.Scalar", .tensor(flat), .integer(BatchSize(sizes[axis])))
      flat = try call("aten::add.Tensor", .tensor(scaled), .tensor(coordinates[axis]))
    }
    let own = try self.sizes(of: x)
    guard let planes = BatchSize.product(own[0], own[1]) else { throw failure("too many planes") }
    let planeNumbers = try call("aten::arange", .integer(planes), .type(.int64))
    let starts = try call(
      "aten::mul.Scalar", .tensor(planeNumbers), .integer(BatchSize(sizes.reduce(1, *))))
    let shaped = try call(
      "aten::reshape", .tensor(starts),
      .integers([own[0], own[1]] + [BatchSize](repeating: 1, count: sizes.count)))
    return try call("aten::add.Tensor", .tensor(flat), .tensor(shaped))
  }

  /// The mean of each window.
  mutating func averagePool(
    _ x: LoweredValue, _ window: Window, countsPadding: Bool
  ) throws(LoweringError) -> LoweredValue {
    let sizes = try spatialSizes(of: x)
    let dimensions = sizes.count
    let isPlain = !window.isCeiling && window.dilations.allSatisfy { $0 == 1 } && dimensions <= 3
    if let pads = window.symmetricPads, isPlain,
      zip(pads, window.kernel).allSatisfy({ $0 <= $1 / 2 })
    {
      return try call(
        "aten::avg_pool\(dimensions)d", .tensor(x), .integers(window.kernel),
        .integers(window.strides), .integers(pads), false, .truth(countsPadding))
    }
    let pads = window.pads(filling: sizes)
    let sum = try windowSum(x, window, pads: pads)
    // How many elements each window has, computed from a picture of ones.
    let counted = zip(sizes, window.pads).map { countsPadding ? $0 + $1.before + $1.after : $0 }
    let outside = zip(pads, window.pads).map { pad, own in
      countsPadding ? (before: 0, after: pad.after - own.after) : pad
    }
    try check(elementsOf: counted.map { BatchSize($0) })
    let ones = constant(Tensor.ones([1, 1] + counted, type: x.elementType))
    let count = try windowSum(ones, window, pads: outside)
    return try call("aten::div.Tensor", .tensor(sum), .tensor(count))
  }

  /// The sum of each window, by a convolution of each channel with ones.
  fileprivate mutating func windowSum(
    _ x: LoweredValue, _ window: Window, pads: [(before: Int, after: Int)]
  ) throws(LoweringError) -> LoweredValue {
    let dimensions = window.kernel.count
    guard dimensions <= 3 else { throw failure("pooling has one to three dimensions") }
    let input = try padded(x, [(0, 0), (0, 0)] + pads, with: 0)
    let sizes = try sizes(of: input)
    guard let planes = BatchSize.product(sizes[0], sizes[1]) else {
      throw failure("too many planes")
    }
    let single = try call(
      "aten::reshape", .tensor(input), .integers([planes, 1] + sizes.dropFirst(2)))
    try check(elementsOf: window.kernel.map { BatchSize($0) })
    let kernel = constant(Tensor.ones([1, 1] + window.kernel, type: x.elementType))
    let sums = try call(
      "aten::conv\(dimensions)d", .tensor(single), .tensor(kernel), .none,
      .integers(window.strides), .integers([Int](repeating: 0, count: dimensions)),
      .integers(window.dilations))
    let result = try self.sizes(of: sums)
    return try call(
      "aten::reshape", .tensor(sums), .integers([sizes[0], sizes[1]] + result.dropFirst(2)))
  }
}
