import ProgramRuntime
import TensorModule

/// Operators that change the shape of tensors and leave their elements in order, and shapes themselves.
extension OperatorTable {
  static let shapes: [String: OperatorLowering] = [
    "Shape": { lowering, call throws(LoweringError) in
      let sizes = try lowering.sizes(of: try call.input(0))
      let start = sizes.clamped(try call.integer("start", default: 0))
      let end = sizes.clamped(try call.integer("end", default: sizes.count))
      return [LoweredValue(.sizes(SizeList(elements: Array(sizes[start..<max(start, end)]))))]
    },
    "Size": { lowering, call throws(LoweringError) in
      var product: BatchSize = 1
      for size in try lowering.sizes(of: try call.input(0)) {
        guard let next = BatchSize.product(product, size) else {
          throw call.failure(
            "the number of elements is too large or grows with the square of the batch")
        }
        product = next
      }
      return [LoweredValue(.sizes(SizeList(elements: [product], isScalar: true)))]
    },
    "Reshape": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let target = try lowering.sizes(call, setting: "shape", input: 1, "the shape")
      return [
        try lowering.reshaped(x, to: target, zeroCopies: try !call.flag("allowzero"))
      ]
    },
    "Flatten": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let given = try call.integer("axis", default: 1)
      let axis = given < 0 ? given + x.rank : given
      guard (0...x.rank).contains(axis) else { throw call.failure("there is no axis \(given)") }
      let sizes = try lowering.sizes(of: x)
      let sides = [sizes.prefix(axis), sizes.dropFirst(axis)].map { side in
        side.reduce(BatchSize(1) as BatchSize?) { product, size in
          product.flatMap { BatchSize.product($0, size) }
        }
      }
      guard let rows = sides[0], let columns = sides[1] else {
        throw call.failure("a size depends on the square of the batch")
      }
      return [try lowering.reshaped(x, to: [rows, columns], zeroCopies: false)]
    },
    "Transpose": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let order = try call.integers("perm") ?? Array((0..<x.rank).reversed())
      guard order.sorted() == Array(0..<x.rank) else {
        throw call.failure("\(order) is no order of \(x.rank) dimensions")
      }
      return [try lowering.call("aten::permute", .tensor(x), .integers(order))]
    },
    "Squeeze": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      if case .sizes(let list) = x.content, list.elements.count == 1 {
        return [LoweredValue(.sizes(SizeList(elements: list.elements, isScalar: true)))]
      }
      let sizes = try lowering.sizes(of: x)
      let given = try lowering.integers(call, setting: "axes", input: 1, "the axes")
      let axes = try lowering.axes(
        given ?? sizes.indices.filter { sizes[$0] == 1 }, rank: x.rank)
      return [try lowering.call("aten::squeeze.dims", .tensor(x), .integers(axes))]
    },
    "Unsqueeze": { lowering, call throws(LoweringError) in
      var x = try call.input(0)
      guard let given = try lowering.integers(call, setting: "axes", input: 1, "the axes") else {
        throw call.failure("its axes are missing")
      }
      if case .sizes(let list) = x.content, list.isScalar, given == [0] || given == [-1] {
        return [LoweredValue(.sizes(SizeList(elements: list.elements)))]
      }
      for axis in try lowering.axes(given, rank: x.rank + given.count).sorted() {
        x = try lowering.call("aten::unsqueeze", .tensor(x), .integer(BatchSize(axis)))
      }
      return [x]
    },
    "Expand": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let shape = try lowering.sizes(try call.input(1), "the shape")
      let own = try lowering.sizes(of: x)
      let rank = max(own.count, shape.count)
      let padded = Array(repeating: BatchSize(1), count: rank - own.count) + own
      let wanted = Array(repeating: BatchSize(1), count: rank - shape.count) + shape
      let target = zip(padded, wanted).map { $1 == 1 ? $0 : $1 }
      try lowering.check(elementsOf: target)
      return [try lowering.call("aten::expand", .tensor(x), .integers(target))]
    },
    "Tile": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let repeats = try lowering.sizes(try call.input(1), "the repeats")
      let sizes = try lowering.sizes(of: x)
      guard repeats.count == sizes.count else {
        throw call.failure("\(repeats.count) repeats do not fit \(sizes.count) dimensions")
      }
      let result = zip(sizes, repeats).compactMap { BatchSize.product($0, $1) }
      guard result.count == sizes.count else { throw call.failure("its result would be too large") }
      try lowering.check(elementsOf: result)
      return [try lowering.call("aten::repeat", .tensor(x), .integers(repeats))]
    },
  ]
}

extension Lowering {
  /// The same elements in another shape.
  ///
  /// - Parameters:
  ///   - x: what is reshaped.
  ///   - shape: the sizes; −1 stands for what is left.
  ///   - zeroCopies: whether 0 stands for the size that `x` has there.
  mutating func reshaped(
    _ x: LoweredValue, to shape: [BatchSize], zeroCopies: Bool
  ) throws(LoweringError) -> LoweredValue {
    if case .sizes(let list) = x.content, shape.count <= 1 {
      return LoweredValue(.sizes(SizeList(elements: list.elements, isScalar: shape.isEmpty)))
    }
    let own = try sizes(of: x)
    var target = shape
    for (index, size) in shape.enumerated() where size == 0 && zeroCopies {
      guard own.indices.contains(index) else { throw failure("there is no size \(index) to copy") }
      target[index] = own[index]
    }
    target = repaired(target, for: own)
    // One size may follow from the others, and the batch's own had better.
    if !target.contains(-1) {
      let open = target.indices.filter { target[$0].fixed == nil }
      if open.count == 1, !target.contains(0) { target[open[0]] = -1 }
    }
    return try call("aten::reshape", .tensor(x), .integers(target))
  }

  /// A shape that was written down for the one batch size of the model, for any.
  ///
  /// If the tensor's first size is the batch, the shape begins with the size that the model insists on,
  /// and the rest has as many elements as one picture has, then that size can only be the batch's.
  private func repaired(_ target: [BatchSize], for own: [BatchSize]) -> [BatchSize] {
    guard let writtenBatch, let first = target.first, first.fixed == writtenBatch,
      own.first == BatchSize(perPicture: 1, constant: 0)
    else { return target }
    func count(_ sizes: ArraySlice<BatchSize>) -> Int? {
      sizes.reduce(1 as BatchSize?) { product, size in
        product.flatMap { BatchSize.product($0, size) }
      }?.fixed
    }
    guard let rest = count(own.dropFirst()) else { return target }
    let isOpen = target.dropFirst().contains(-1)
    guard isOpen || count(target.dropFirst()) == rest else { return target }
    return [own[0]] + target.dropFirst()
  }
}

extension [BatchSize] {
  /// A position counted from the front, within the list.
  fileprivate func clamped(_ position: Int) -> Int {
    Swift.min(Swift.max(position < 0 ? position + count : position, 0), count)
  }
}
