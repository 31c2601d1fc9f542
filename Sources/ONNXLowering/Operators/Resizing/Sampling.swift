import ProgramRuntime
import TensorModule

/// Pictures read at places that lie between their elements.
extension OperatorTable {
  static let sampling: [String: OperatorLowering] = [
    "AffineGrid": { lowering, call throws(LoweringError) in
      let sizes = try lowering.sizes(try call.input(1), "the sizes")
      try lowering.check(elementsOf: sizes)
      return [
        try lowering.call(
          "aten::affine_grid_generator", .tensor(try call.input(0)), .integers(sizes),
          .truth(try call.flag("align_corners")))
      ]
    },
    "DeformConv": { lowering, call throws(LoweringError) in
      [try lowering.deformedConvolution(call)]
    },
    "GridSample": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let modes = [
        "linear": 0, "bilinear": 0, "nearest": 1, "cubic": 2, "bicubic": 2,
      ]
      let paddings = ["zeros": 0, "border": 1, "reflection": 2]
      guard let mode = modes[try call.string("mode") ?? "linear"],
        let padding = paddings[try call.string("padding_mode") ?? "zeros"]
      else { throw call.failure("its mode is not supported") }
      return [
        try lowering.call(
          x.rank == 5 ? "aten::grid_sampler_3d" : "aten::grid_sampler_2d", .tensor(x),
          .tensor(try call.input(1)), .integer(BatchSize(mode)), .integer(BatchSize(padding)),
          .truth(try call.flag("align_corners")))
      ]
    },
    "RoiAlign": { lowering, call throws(LoweringError) in [try lowering.regions(call)] },
  ]
}

// MARK: Regions

extension Lowering {
  /// Regions of pictures, each resized to the same few rows and columns.
  ///
  /// Rows and columns are resized one after the other: each by a matrix that weighs the elements of the
  /// picture by their distance from the places that are sampled.
  fileprivate mutating func regions(_ call: Call) throws(LoweringError) -> LoweredValue {
    let x = try call.input(0)
    let inner = try spatialSizes(of: x)
    let samples = try call.integer("sampling_ratio", default: 0)
    let shape = [
      try call.integer("output_height", default: 1), try call.integer("output_width", default: 1),
    ]
    guard inner.count == 2, (shape + [samples]).allSatisfy({ (1...1 << 12).contains($0) }) else {
      throw failure("how many places it samples must be given")
    }
    guard try call.string("mode") ?? "avg" == "avg" else {
      throw failure("only the mean of what it samples is supported")
    }
    let pictures = try self.call(
      "aten::index_select", .tensor(x), 0,
      .tensor(try converted(try call.input(2), to: .int64)))
    var matrices: [LoweredValue] = []
    for axis in 0..<2 {
      let weights = try regionWeights(
        call, axis: axis, size: inner[axis], count: shape[axis], samples: samples)
      let split = try self.call(
        "aten::reshape", .tensor(weights),
        .integers([-1] + [shape[axis], samples, inner[axis]].map { BatchSize($0) }))
      matrices.append(try mean(split, [2], false))
    }
    let rows = try self.call("aten::unsqueeze", .tensor(matrices[0]), 1)
    let columns = try self.call(
      "aten::unsqueeze", .tensor(try self.call("aten::transpose.int", .tensor(matrices[1]), 1, 2)),
      1)
    let left = try self.call("aten::matmul", .tensor(rows), .tensor(pictures))
    return try self.call("aten::matmul", .tensor(left), .tensor(columns))
  }

  /// What each element along an axis counts at each place that is sampled, [regions, places, size].
  private mutating func regionWeights(
    _ call: Call, axis: Int, size: Int, count: Int, samples: Int
  ) throws(LoweringError) -> LoweredValue {
    let mode = try call.string("coordinate_transformation_mode")
    let isShifted = mode.map { $0 == "half_pixel" } ?? (call.version >= 16)
    let scale = try call.real("spatial_scale", default: 1)
    // Regions are x₁, y₁, x₂, y₂.
    let bounds = try [1 - axis, 3 - axis].map { place throws(LoweringError) in
      let bound = try self.call(
        "aten::narrow", .tensor(try call.input(1)), 1, .integer(BatchSize(place)), 1)
      let scaled = try self.call("aten::mul.Scalar", .tensor(bound), .real(scale))
      return try self.call("aten::sub.Scalar", .tensor(scaled), .real(isShifted ? 0.5 : 0))
    }
    var length = try self.call("aten::sub.Tensor", .tensor(bounds[1]), .tensor(bounds[0]))
    if !isShifted { length = try self.call("aten::clamp", .tensor(length), 1, .none) }
    let places = count * samples
    let fractions = Tensor.range(0..<places).converted(to: .float32)
    let steps = constant((fractions + 0.5) * (1 / Double(places)))
    let offset = try self.call("aten::mul.Tensor", .tensor(length), .tensor(steps))
    let position = try self.call("aten::add.Tensor", .tensor(bounds[0]), .tensor(offset))
    let isInside = try self.call(
      "aten::logical_and", .tensor(try self.call("aten::ge.Scalar", .tensor(position), -1)),
      .tensor(
        try self.call("aten::le.Scalar", .tensor(position), .integer(BatchSize(size)))))
    let within = try self.call(
      "aten::clamp", .tensor(position), 0, .integer(BatchSize(size - 1)))
    let elements = constant(Tensor.range(0..<size).converted(to: .float32))
    let distance = try self.call(
      "aten::abs",
      .tensor(
        try self.call(
          "aten::sub.Tensor", .tensor(try self.call("aten::unsqueeze", .tensor(within), -1)),
          .tensor(elements))))
    let weights = try self.call(
      "aten::relu", .tensor(try self.call("aten::rsub.Scalar", .tensor(distance), 1)))
    return try self.call(
      "aten::mul.Tensor", .tensor(weights),
      .tensor(try self.call("aten::unsqueeze", .tensor(try real(isInside)), -1)))
  }
}

// MARK: Deformed convolutions

extension Lowering {
  /// A convolution whose kernel reads where the offsets say.
  ///
  /// Source: Dai and others 2017, “Deformable convolutional networks”.
  fileprivate mutating func deformedConvolution(
    _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let (x, weight, offset) = (try call.input(0), try call.input(1), try call.input(2))
    let kernel = try spatialSizes(of: weight)
    let window = try window(of: call, kernel: kernel, over: x)
    let inner = try spatialSizes(of: x)
    let result = try spatialSizes(of: offset)
    let (groups, offsetGroups) = (
      try call.integer("group", default: 1), try call.integer("offset_group", default: 1)
    )
    let sizes = try sizes(of: x)
    let weightSizes = try self.sizes(of: weight)
    guard kernel.count == 2, result.count == 2, groups > 0, offsetGroups > 0,
      let channels = sizes[1].fixed, channels.isMultiple(of: groups),
      channels.isMultiple(of: offsetGroups), let results = weightSizes[0].fixed,
      results.isMultiple(of: groups), inner.allSatisfy({ $0 > 0 })
    else { throw failure("only deformed convolutions in two dimensions are supported") }
    guard let planes = BatchSize.product(sizes[0], BatchSize(offsetGroups)) else {
      throw failure("too many groups of offsets")
    }
    let places = kernel[0] * kernel[1]
    try check(elementsOf: ([places] + result).map { BatchSize($0) })
    let shifts = try self.call(
      "aten::reshape", .tensor(offset),
      .integers([planes] + [places, 2, result[0], result[1]].map { BatchSize($0) }))
    var coordinates: [LoweredValue] = []
    for axis in 0..<2 {
      let own = try self.call("aten::select.int", .tensor(shifts), 2, .integer(BatchSize(axis)))
      let grid = Self.grid(window, axis: axis, places: places, result: result)
      let position = try self.call("aten::add.Tensor", .tensor(own), .tensor(constant(grid)))
      // From positions of elements to what a grid has for them: −1 and 1 are the picture's edges.
      let scaled = try self.call(
        "aten::mul.Scalar", .tensor(position), .real(2 / Double(inner[axis])))
      coordinates.append(
        try self.call("aten::add.Scalar", .tensor(scaled), .real(1 / Double(inner[axis]) - 1)))
    }
    let grid = try self.call(
      "aten::reshape", .tensor(try self.call("aten::stack", .tensors(coordinates.reversed()), -1)),
      .integers([planes] + [places * result[0], result[1], 2].map { BatchSize($0) }))
    let pictures = try self.call(
      "aten::reshape", .tensor(x),
      .integers([planes] + ([channels / offsetGroups] + inner).map { BatchSize($0) }))
    var read = try self.call(
      "aten::grid_sampler_2d", .tensor(pictures), .tensor(grid), 0, 0, false)
    if let mask = call.optional(4) {
      let factors = try self.call(
        "aten::reshape", .tensor(mask),
        .integers([planes] + [1, places * result[0], result[1]].map { BatchSize($0) }))
      read = try self.call("aten::mul.Tensor", .tensor(read), .tensor(factors))
    }
    let columns = try self.call(
      "aten::reshape", .tensor(read),
      .integers(
        [sizes[0]]
          + [groups, channels / groups * places, result[0] * result[1]].map { BatchSize($0) }))
    let matrix = try self.call(
      "aten::reshape", .tensor(weight), .integers([groups, results / groups, -1]))
    let product = try self.call("aten::matmul", .tensor(matrix), .tensor(columns))
    let sum = try self.call(
      "aten::reshape", .tensor(product),
      .integers([sizes[0]] + ([results] + result).map { BatchSize($0) }))
    guard let bias = call.optional(3) else { return sum }
    let added = try self.call("aten::reshape", .tensor(bias), .integers([-1, 1, 1]))
    return try self.call("aten::add.Tensor", .tensor(sum), .tensor(added))
  }

  /// Where the kernel reads along an axis if nothing is deformed, [places, rows, columns].
  private static func grid(_ window: Window, axis: Int, places: Int, result: [Int]) -> Tensor {
    let positions = (0..<places).flatMap { place in
      let step = axis == 0 ? place / window.kernel[1] : place % window.kernel[1]
      return (0..<result[axis]).map { index in
        Float(
          index * window.strides[axis] - window.pads[axis].before + step * window.dilations[axis])
      }
    }
    return Tensor(
      positions, shape: axis == 0 ? [places, result[0], 1] : [places, 1, result[1]])
  }
}
