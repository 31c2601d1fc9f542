import ProgramRuntime
import TensorModule

/// Pictures whose elements are put elsewhere: blocks, edges and what pooling left out.
extension OperatorTable {
  static let rearranging: [String: OperatorLowering] = [
    "CenterCropPad": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let own = try lowering.sizes(of: x)
      let sizes = try lowering.sizes(try call.input(1), "the sizes")
      let axes = try lowering.axes(try call.integers("axes") ?? Array(0..<x.rank), rank: x.rank)
      guard axes.count == sizes.count else {
        throw call.failure("\(sizes.count) sizes do not fit \(axes.count) axes")
      }
      var pads = [(before: Int, after: Int)](repeating: (0, 0), count: x.rank)
      for (axis, wanted) in zip(axes, sizes) where own[axis] != wanted {
        guard let size = own[axis].fixed, let wanted = wanted.fixed, wanted >= 0,
          wanted <= Lowering.largestElementCount
        else { throw call.failure("the batch cannot be cut or continued") }
        // What is odd goes to the end.
        let before = abs(wanted - size) / 2
        let after = abs(wanted - size) - before
        pads[axis] = wanted > size ? (before, after) : (-before, -after)
      }
      return [try lowering.padded(x, pads, with: 0)]
    },
    "Col2Im": { lowering, call throws(LoweringError) in [try lowering.picture(call)] },
    "DepthToSpace": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let block = try call.blockSize()
      if try call.string("mode") == "CRD" {
        return [try lowering.call("aten::pixel_shuffle", .tensor(x), .integer(BatchSize(block)))]
      }
      let (sizes, inner) = (try lowering.sizes(of: x), try lowering.spatialSizes(of: x))
      guard let channels = sizes[1].fixed, inner.count == 2,
        channels.isMultiple(of: block * block)
      else { throw call.failure("its channels do not fit blocks of \(block)") }
      let split = try lowering.call(
        "aten::reshape", .tensor(x),
        .integers(
          [sizes[0]]
            + [block, block, channels / (block * block), inner[0], inner[1]].map { BatchSize($0) }))
      let ordered = try lowering.call("aten::permute", .tensor(split), [0, 3, 4, 1, 5, 2])
      return [
        try lowering.call(
          "aten::reshape", .tensor(ordered),
          .integers(
            [sizes[0]]
              + [channels / (block * block), inner[0] * block, inner[1] * block].map {
                BatchSize($0)
              }))
      ]
    },
    "MaxUnpool": { lowering, call throws(LoweringError) in [try lowering.unpooled(call)] },
    "SpaceToDepth": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let block = try call.blockSize()
      if try call.string("mode") == "CRD" {
        return [try lowering.call("aten::pixel_unshuffle", .tensor(x), .integer(BatchSize(block)))]
      }
      let (sizes, inner) = (try lowering.sizes(of: x), try lowering.spatialSizes(of: x))
      guard let channels = sizes[1].fixed, inner.count == 2,
        inner.allSatisfy({ $0.isMultiple(of: block) })
      else { throw call.failure("its input does not fit blocks of \(block)") }
      let (rows, columns) = (inner[0] / block, inner[1] / block)
      let split = try lowering.call(
        "aten::reshape", .tensor(x),
        .integers([sizes[0]] + [channels, rows, block, columns, block].map { BatchSize($0) }))
      let ordered = try lowering.call("aten::permute", .tensor(split), [0, 3, 5, 1, 2, 4])
      return [
        try lowering.call(
          "aten::reshape", .tensor(ordered),
          .integers([sizes[0]] + [channels * block * block, rows, columns].map { BatchSize($0) }))
      ]
    },
  ]
}

extension Call {
  fileprivate func blockSize() throws(LoweringError) -> Int {
    let size = try integer("blocksize", default: 0)
    guard (1...1 << 15).contains(size) else { throw failure("its blocks have no size") }
    return size
  }
}

extension Lowering {
  /// The largest elements of a pooling put back where they were, with zeros around them.
  fileprivate mutating func unpooled(_ call: Call) throws(LoweringError) -> LoweredValue {
    let (x, indices) = (try call.input(0), try call.input(1))
    guard let kernel = try call.integers("kernel_shape") else {
      throw failure("its kernel_shape is missing")
    }
    let window = try window(of: call, kernel: kernel, over: x)
    let sizes = try sizes(of: x)
    let inner = try spatialSizes(of: x).enumerated().map { axis, size in
      (size - 1) * window.strides[axis] - window.pads[axis].before - window.pads[axis].after
        + window.kernel[axis]
    }
    let shape = Array(sizes.prefix(2)) + inner.map { BatchSize($0) }
    try check(elementsOf: shape)
    let zeros = try self.call("aten::new_zeros", .tensor(x), .integers(shape))
    let flat = try self.call("aten::reshape", .tensor(zeros), [-1])
    let filled = try self.call(
      "aten::scatter.src", .tensor(flat), 0,
      .tensor(try self.call("aten::reshape", .tensor(indices), [-1])),
      .tensor(try self.call("aten::reshape", .tensor(x), [-1])))
    let result = try reshaped(filled, to: shape, zeroCopies: false)
    guard let input = call.optional(2) else { return result }
    let wanted = try self.sizes(input, "the sizes").dropFirst(2).compactMap(\.fixed)
    guard wanted.count == inner.count,
      wanted.allSatisfy((0...Self.largestElementCount).contains)
    else { throw failure("its sizes do not fit its input") }
    let pads = zip(inner, wanted).map { (before: 0, after: $1 - $0) }
    return try padded(result, [(0, 0), (0, 0)] + pads, with: 0)
  }

  /// A picture from its blocks, which are added up where they overlap.
  fileprivate mutating func picture(_ call: Call) throws(LoweringError) -> LoweredValue {
    let x = try call.input(0)
    let image = try integers(try call.input(1), "the sizes of the picture")
    let block = try integers(try call.input(2), "the sizes of a block")
    let count = image.count
    let strides = try call.integers("strides") ?? [Int](repeating: 1, count: count)
    let dilations = try call.integers("dilations") ?? [Int](repeating: 1, count: count)
    let pads = try call.integers("pads") ?? [Int](repeating: 0, count: 2 * count)
    let limit = 0...1 << 20
    guard count > 0, x.rank == 3, block.count == count, strides.count == count,
      dilations.count == count, pads.count == 2 * count,
      (image + block + pads).allSatisfy(limit.contains), block.allSatisfy({ $0 > 0 }),
      (strides + dilations).allSatisfy({ $0 > 0 && limit.contains($0) })
    else { throw failure("its settings do not fit a picture of sizes \(image)") }
    let window = Window(
      kernel: block, strides: strides, dilations: dilations,
      pads: (0..<count).map { (pads[$0], pads[$0 + count]) })
    let canvas = (0..<count).map { image[$0] + pads[$0] + pads[$0 + count] }
    let counts = (0..<count).map { window.count(along: $0, of: image[$0]) }
    let sizes = try sizes(of: x)
    try check(elementsOf: (canvas).map { BatchSize($0) } + [sizes[0]])
    try check(elementsOf: (block + counts).map { BatchSize($0) })
    let (blockSize, blockCount) = (block.reduce(1, *), counts.reduce(1, *))
    guard let depth = sizes[1].fixed, depth.isMultiple(of: blockSize),
      sizes[2].fixed == blockCount
    else { throw failure("its input does not fit a picture of sizes \(image)") }
    var positions = [0]
    for axis in 0..<count {
      positions = positions.map { $0 * canvas[axis] }
      let offsets = (0..<block[axis]).map { $0 * dilations[axis] }
      positions = positions.flatMap { position in offsets.map { position + $0 } }
    }
    // After the places within a block, those of the blocks.
    var starts = [0]
    for axis in 0..<count {
      starts = starts.map { $0 * canvas[axis] }
      let own = (0..<counts[axis]).map { $0 * strides[axis] }
      starts = starts.flatMap { start in own.map { start + $0 } }
    }
    let places = positions.flatMap { position in starts.map { position + $0 } }
    let planes = [sizes[0], BatchSize(depth / blockSize)]
    let zeros = try self.call(
      "aten::new_zeros", .tensor(x), .integers(planes + [BatchSize(canvas.reduce(1, *))]))
    let pieces = try self.call(
      "aten::reshape", .tensor(x), .integers(planes + [BatchSize(blockSize * blockCount)]))
    let sum = try self.call(
      "aten::index_add", .tensor(zeros), 2, .tensor(constant(Tensor(places))), .tensor(pieces))
    let whole = try self.call(
      "aten::reshape", .tensor(sum), .integers(planes + canvas.map { BatchSize($0) }))
    return try padded(
      whole, [(0, 0), (0, 0)] + window.pads.map { (-$0.before, -$0.after) }, with: 0)
  }
}
