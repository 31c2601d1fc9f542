import ProgramRuntime
import TensorModule

/// What a `Resize` asks for.
struct Resizing {
  var coordinates = ResizedAxis.Coordinates.asymmetric
  var rounding = ResizedAxis.Rounding.simple
  var interpolation = ResizedAxis.Interpolation.linear
  var isAntialiased = false
  var excludesOutside = false
  /// What stands where cropping reaches beyond the picture.
  var outsideValue = 0.0
  /// The axes that change.
  var axes: [ResizedAxis] = []

  func interpolation(
    _ mode: String, coefficient: Double, _ call: Call
  ) throws(LoweringError) -> ResizedAxis.Interpolation {
    switch mode {
    case "nearest": return .nearest(rounding)
    case "linear", "bilinear": return .linear
    case "cubic": return .cubic(coefficient)
    default: throw call.failure("its mode \(mode) is not supported")
    }
  }

  /// Adds an axis.
  mutating func add(
    _ axis: Int, size: Int, newSize: Int, scale: Double, region: (start: Double, end: Double)
  ) {
    let axis = ResizedAxis(
      axis: axis, size: size, newSize: newSize, scale: scale, coordinates: coordinates,
      interpolation: interpolation, isAntialiased: isAntialiased,
      excludesOutside: excludesOutside, region: region)
    if !axis.isIdentity { axes.append(axis) }
  }
}

extension Lowering {
  /// Reads what a `Resize` says of the new sizes.
  mutating func readSizes(
    _ resizing: inout Resizing, of x: LoweredValue, _ call: Call
  ) throws(LoweringError) {
    let axes = try self.axes(try call.integers("axes") ?? Array(0..<x.rank), rank: x.rank)
    var region: [Double] = []
    if resizing.coordinates == .cropAndResize {
      region = try reals(try call.input(1), "the region")
      guard region.count == 2 * axes.count, region.allSatisfy({ abs($0) <= 1e6 }) else {
        throw failure("its region does not fit \(axes.count) axes")
      }
    }
    let scales = call.version < 11 ? call.optional(1) : call.optional(2)
    if let scales, known(scales)?.elementCount != 0 {
      return try read(
        scales: try reals(scales, "how much it grows"), into: &resizing, of: x, axes: axes, region)
    }
    let sizes = try sizes(try call.input(3), "the sizes")
    guard sizes.count == axes.count else {
      throw failure("\(sizes.count) sizes do not fit \(axes.count) axes")
    }
    let policy = try call.string("keep_aspect_ratio_policy") ?? "stretch"
    try read(sizes: sizes, into: &resizing, of: x, axes: axes, region, policy: policy)
  }

  func read(
    scales: [Double], into resizing: inout Resizing, of x: LoweredValue, axes: [Int],
    _ region: [Double]
  ) throws(LoweringError) {
    let own = try sizes(of: x)
    guard scales.count == axes.count, scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw failure("\(scales) does not fit \(axes.count) axes")
    }
    for (index, axis) in axes.enumerated() where scales[index] != 1 || !region.isEmpty {
      let part = Self.part(region, index)
      if scales[index] == 1, part == (0, 1) { continue }
      guard let size = own[axis].fixed else { throw failure("the batch cannot be resized") }
      // In single precision, as runtimes have it: 0.7 of 10 elements are 7.
      let length = (Float(size) * Float(part.end - part.start) * Float(scales[index]))
        .rounded(.down)
      try add(axis, size, newSize: Double(length), scale: scales[index], part, to: &resizing)
    }
  }

  private func read(
    sizes: [BatchSize], into resizing: inout Resizing, of x: LoweredValue, axes: [Int],
    _ region: [Double], policy: String
  ) throws(LoweringError) {
    let own = try self.sizes(of: x)
    var changes: [(index: Int, axis: Int, size: Int, newSize: Int)] = []
    for (index, axis) in axes.enumerated() {
      // A written size of the batch stands for any.
      if sizes[index] == own[axis] || (own[axis].fixed == nil && sizes[index].fixed == writtenBatch)
      {
        if policy == "stretch", Self.part(region, index) == (0, 1) { continue }
      }
      guard let size = own[axis].fixed, let newSize = sizes[index].fixed, size > 0 else {
        throw failure("the batch cannot be resized")
      }
      changes.append((index, axis, size, newSize))
    }
    let scales = changes.map { Double($0.newSize) / Double($0.size) }
    guard policy != "stretch" else {
      for (change, scale) in zip(changes, scales) {
        try add(
          change.axis, change.size, newSize: Double(change.newSize), scale: scale,
          Self.part(region, change.index), to: &resizing)
      }
      return
    }
    guard ["not_larger", "not_smaller"].contains(policy),
      let scale = policy == "not_larger" ? scales.min() : scales.max()
    else { throw failure("its policy \(policy) is not supported") }
    for change in changes {
      let length = (scale * Double(change.size) + 0.5).rounded(.down)
      try add(
        change.axis, change.size, newSize: length, scale: scale, Self.part(region, change.index),
        to: &resizing)
    }
  }

  private static func part(_ region: [Double], _ index: Int) -> (start: Double, end: Double) {
    region.isEmpty ? (0, 1) : (region[index], region[index + region.count / 2])
  }

  private func add(
    _ axis: Int, _ size: Int, newSize: Double, scale: Double,
    _ region: (start: Double, end: Double), to resizing: inout Resizing
  ) throws(LoweringError) {
    guard size > 0, newSize >= 1, newSize <= Double(Self.longestAxis) else {
      throw failure("an axis of \(size) cannot become one of \(newSize), which is none or too long")
    }
    try check(elementsOf: [BatchSize(size), BatchSize(Int(newSize))])
    resizing.add(axis, size: size, newSize: Int(newSize), scale: scale, region: region)
  }

  private static let longestAxis = 1 << 20
}
