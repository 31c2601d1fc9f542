/// How a kernel moves over the rows, columns and so on of a picture.
struct Window {
  var kernel: [Int]
  var strides: [Int]
  var dilations: [Int]
  var pads: [(before: Int, after: Int)]
  /// Whether a window that reaches beyond the end counts.
  var isCeiling = false

  /// How many positions a kernel spans.
  func extent(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }

  /// The same padding on both sides of each axis, if it is.
  var symmetricPads: [Int]? {
    pads.allSatisfy { $0.before == $0.after && $0.before >= 0 } ? pads.map(\.before) : nil
  }

  /// How many windows there are along an axis of a size.
  func count(along axis: Int, of size: Int) -> Int {
    let room = size + pads[axis].before + pads[axis].after - extent(axis)
    guard room >= 0 else { return 0 }
    let whole = room / strides[axis] + 1
    guard isCeiling, !room.isMultiple(of: strides[axis]) else { return whole }
    // A window that would start in the padding behind the end is left out.
    return whole * strides[axis] < size + pads[axis].before ? whole + 1 : whole
  }

  /// The padding behind the end that makes the last window fit exactly.
  func pads(filling sizes: [Int]) -> [(before: Int, after: Int)] {
    sizes.indices.map { axis in
      let count = count(along: axis, of: sizes[axis])
      let needed = (count - 1) * strides[axis] + extent(axis)
      return (pads[axis].before, needed - sizes[axis] - pads[axis].before)
    }
  }
}

extension Lowering {
  /// The window that a node's settings describe.
  ///
  /// - Parameters:
  ///   - call: the node.
  ///   - kernel: the sizes of the kernel.
  ///   - x: what the window moves over, [N, C, …].
  func window(
    of call: Call, kernel: [Int], over x: LoweredValue
  ) throws(LoweringError) -> Window {
    let count = kernel.count
    guard count > 0, x.rank == count + 2,
      kernel.allSatisfy({ (1...Self.largestWindow).contains($0) })
    else { throw failure("a kernel of sizes \(kernel) does not fit \(x.rank) dimensions") }
    let strides = try call.integers("strides") ?? [Int](repeating: 1, count: count)
    let dilations = try call.integers("dilations") ?? [Int](repeating: 1, count: count)
    let pads = try call.integers("pads") ?? [Int](repeating: 0, count: 2 * count)
    guard strides.count == count, dilations.count == count, pads.count == 2 * count,
      (strides + dilations).allSatisfy({ (1...Self.largestWindow).contains($0) }),
      pads.allSatisfy({ (-Self.largestWindow...Self.largestWindow).contains($0) })
    else { throw failure("its strides, dilations or pads do not fit a kernel of sizes \(kernel)") }
    var window = Window(
      kernel: kernel, strides: strides, dilations: dilations,
      pads: (0..<count).map { (pads[$0], pads[$0 + count]) },
      isCeiling: try call.flag("ceil_mode"))
    let mode = try call.string("auto_pad") ?? "NOTSET"
    if mode == "VALID" { window.pads = window.pads.map { _ in (0, 0) } }
    if mode.hasPrefix("SAME") {
      let sizes = try spatialSizes(of: x)
      window.pads = (0..<count).map { axis in
        let wanted = (sizes[axis] + strides[axis] - 1) / strides[axis]
        let missing = max(
          0, (wanted - 1) * strides[axis] + window.extent(axis) - sizes[axis])
        let less = missing / 2
        return mode == "SAME_UPPER" ? (less, missing - less) : (missing - less, less)
      }
    }
    return window
  }

  /// The sizes behind batch and channels, which must be known.
  func spatialSizes(of x: LoweredValue) throws(LoweringError) -> [Int] {
    let sizes = try sizes(of: x).dropFirst(2).compactMap(\.fixed)
    guard sizes.count == x.rank - 2 else { throw failure("rows or columns depend on the batch") }
    return sizes
  }

  private static let largestWindow = 1 << 20
}
