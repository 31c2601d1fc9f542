import ProgramFormats
import ProgramRuntime
import TensorModule

/// Pictures in other sizes.
///
/// Resizing is linear and goes along one axis at a time: what each new element is made of is known when
/// the model is loaded. Where the engine has a function for just that, the function is called.
extension OperatorTable {
  static let resizing: [String: OperatorLowering] = [
    "Resize": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      var resizing = Resizing()
      let mode = try call.string("mode") ?? "nearest"
      if call.version >= 11 {
        let coordinates = try call.string("coordinate_transformation_mode") ?? "half_pixel"
        guard let known = ResizedAxis.Coordinates(rawValue: coordinates) else {
          throw call.failure("its coordinates \(coordinates) are not supported")
        }
        let rounding = try call.string("nearest_mode") ?? "round_prefer_floor"
        guard let nearest = ResizedAxis.Rounding(rawValue: rounding) else {
          throw call.failure("there is no way \(rounding) to the nearest element")
        }
        (resizing.coordinates, resizing.rounding) = (known, nearest)
      }
      resizing.interpolation = try resizing.interpolation(
        mode, coefficient: try call.real("cubic_coeff_a", default: -0.75), call)
      resizing.isAntialiased = try call.flag("antialias")
      resizing.excludesOutside = try call.flag("exclude_outside")
      resizing.outsideValue = try call.real("extrapolation_value", default: 0)
      try lowering.readSizes(&resizing, of: x, call)
      return [try lowering.resized(x, resizing)]
    },
    "Upsample": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      var resizing = Resizing()
      resizing.interpolation = try resizing.interpolation(
        try call.string("mode") ?? "nearest", coefficient: 0, call)
      var scales = try call.reals("scales") ?? []
      if let input = call.optional(1) { scales = try lowering.reals(input, "how much it grows") }
      try lowering.read(scales: scales, into: &resizing, of: x, axes: Array(0..<x.rank), [])
      return [try lowering.resized(x, resizing)]
    },
  ]
}

extension Lowering {
  fileprivate mutating func resized(
    _ given: LoweredValue, _ resizing: Resizing
  ) throws(LoweringError) -> LoweredValue {
    var sizes = try self.sizes(of: given)
    for axis in resizing.axes { sizes[axis.axis] = BatchSize(axis.newSize) }
    try check(elementsOf: sizes)
    if case .nearest(let rounding) = resizing.interpolation {
      return try nearest(given, resizing, rounding)
    }
    // Integers are averaged as reals.
    let x = given.isReal ? given : try converted(given, to: .float32)
    if let result = try interpolatedByEngine(x, resizing) {
      return try converted(result, to: given.elementType)
    }
    var result = x
    for axis in resizing.axes {
      guard axis.size * axis.newSize <= Self.largestMatrix else {
        throw failure("an axis of \(axis.size) is too long to become one of \(axis.newSize)")
      }
      guard Double(axis.newSize) * axis.reach <= Double(Self.largestMatrix) else {
        throw failure("a scale of \(axis.scale) stretches its filters too far")
      }
      let matrix = Tensor(
        (0..<axis.newSize).flatMap { axis.weights(of: $0) }, shape: [axis.newSize, axis.size]
      ).converted(to: x.elementType)
      result = try product(matrix, result, along: axis.axis)
    }
    return try converted(
      try withOutsideFilled(result, resizing), to: given.elementType)
  }

  private static let largestMatrix = 1 << 24

  /// A matrix times all vectors along an axis.
  private mutating func product(
    _ matrix: Tensor, _ x: LoweredValue, along axis: Int
  ) throws(LoweringError) -> LoweredValue {
    let weights = constant(matrix)
    if axis == x.rank - 2 {
      return try call("aten::matmul", .tensor(weights), .tensor(x))
    }
    let place = Argument.integer(BatchSize(axis))
    let last = try call("aten::movedim.int", .tensor(x), place, -1)
    let result = try call("aten::linear", .tensor(last), .tensor(weights))
    return try call("aten::movedim.int", .tensor(result), -1, place)
  }

  private mutating func nearest(
    _ x: LoweredValue, _ resizing: Resizing, _ rounding: ResizedAxis.Rounding
  ) throws(LoweringError) -> LoweredValue {
    let positions = resizing.axes.map { axis in
      (0..<axis.newSize).map { axis.nearest(to: $0, rounding) }
    }
    let isEngines = zip(resizing.axes, positions).allSatisfy { axis, list in
      let step = Float(axis.size) / Float(axis.newSize)
      return list.indices.allSatisfy {
        min(Int((Float($0) * step).rounded(.down)), axis.size - 1) == list[$0]
      }
    }
    var result = x
    if isEngines, x.isReal, let sizes = try spatialSizes(of: x, after: resizing) {
      result = try call("aten::upsample_nearest2d", .tensor(x), .integers(sizes))
    } else {
      for (axis, list) in zip(resizing.axes, positions) {
        result = try selected(result, list, along: axis.axis)
      }
    }
    return try withOutsideFilled(result, resizing)
  }

  /// The new rows and columns, if the picture has two dimensions and only they change.
  private func spatialSizes(
    of x: LoweredValue, after resizing: Resizing
  ) throws(LoweringError) -> [Int]? {
    let changed = Set(resizing.axes.map(\.axis))
    guard x.rank == 4, !changed.isEmpty, changed.isSubset(of: [2, 3]),
      resizing.coordinates != .cropAndResize
    else { return nil }
    var sizes = try spatialSizes(of: x)
    for axis in resizing.axes { sizes[axis.axis - 2] = axis.newSize }
    return sizes
  }

  /// One call, where the engine has a function that computes the same.
  private mutating func interpolatedByEngine(
    _ x: LoweredValue, _ resizing: Resizing
  ) throws(LoweringError) -> LoweredValue? {
    guard let sizes = try spatialSizes(of: x, after: resizing), !resizing.isAntialiased,
      !resizing.excludesOutside
    else { return nil }
    let name: String
    switch resizing.interpolation {
    case .linear: name = "aten::upsample_bilinear2d"
    case .cubic(-0.75): name = "aten::upsample_bicubic2d"
    default: return nil
    }
    let alignsCorners = resizing.coordinates == .alignCorners
    switch resizing.coordinates {
    case .alignCorners, .halfPixel: break
    // A single element is the one case in which these differ.
    case .pytorchHalfPixel where resizing.axes.allSatisfy({ $0.newSize > 1 }): break
    default: return nil
    }
    let areQuotients = resizing.axes.allSatisfy {
      $0.scale == Double($0.newSize) / Double($0.size)
    }
    if alignsCorners || areQuotients {
      return try call(name, .tensor(x), .integers(sizes), .truth(alignsCorners))
    }
    let scales = [2, 3].map { axis in
      resizing.axes.first { $0.axis == axis }?.scale ?? 1
    }
    return try call(
      name, .tensor(x), .integers(sizes), false, .real(scales[0]), .real(scales[1]))
  }

  private mutating func withOutsideFilled(
    _ x: LoweredValue, _ resizing: Resizing
  ) throws(LoweringError) -> LoweredValue {
    var result = x
    for axis in resizing.axes {
      let isOutside = (0..<axis.newSize).map(axis.isOutside)
      guard isOutside.contains(true) else { continue }
      var shape = [Int](repeating: 1, count: x.rank)
      shape[axis.axis] = axis.newSize
      result = try call(
        "aten::masked_fill.Scalar", .tensor(result),
        .tensor(constant(Tensor(isOutside).reshaped(shape))), .real(resizing.outsideValue))
    }
    return result
  }
}
