import TensorModule

/// Operators that pick elements by index, or put them.
extension OperatorTable {
  static let indexing: [String: OperatorLowering] = [
    "Gather": { lowering, call throws(LoweringError) in
      let (x, indices) = (try call.input(0), try call.input(1))
      let axis = try lowering.axis(try call.integer("axis", default: 0), rank: x.rank)
      if case .sizes(let list) = x.content {
        return [try lowering.gathered(list, at: indices)]
      }
      return [try lowering.gathered(x, at: indices, along: axis)]
    },
    "GatherElements": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let axis = try lowering.axis(try call.integer("axis", default: 0), rank: x.rank)
      let indices = try lowering.fromFront(try call.input(1), along: axis, of: x)
      return [
        try lowering.call(
          "aten::gather", .tensor(x), .integer(BatchSize(axis)), .tensor(indices))
      ]
    },
    "GatherND": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let indices = try lowering.coordinates(
        try call.input(1), in: x, batchDimensions: try call.integer("batch_dims", default: 0))
      return [try lowering.call("aten::index.Tensor", .tensor(x), .optionalTensors(indices))]
    },
    "ScatterElements": scatterElements,
    "Scatter": scatterElements,
    "ScatterND": { lowering, call throws(LoweringError) in
      let (x, updates) = (try call.input(0), try call.input(2))
      let indices = try lowering.coordinates(try call.input(1), in: x, batchDimensions: 0)
      let reduction = try call.string("reduction") ?? "none"
      if ["none", "add"].contains(reduction) {
        return [
          try lowering.call(
            "aten::index_put", .tensor(x), .optionalTensors(indices), .tensor(updates),
            .truth(reduction == "add"))
        ]
      }
      return [try lowering.scattered(updates, into: x, at: indices, reduction)]
    },
    "Compress": { lowering, call throws(LoweringError) in
      var x = try call.input(0)
      guard let condition = lowering.known(try call.input(1))?.truths() else {
        throw call.failure("which elements are kept must be known when the model is loaded")
      }
      let kept = condition.indices.filter { condition[$0] }
      guard let axis = try call.integer("axis") else {
        x = try lowering.call("aten::reshape", .tensor(x), .integers([-1]))
        return [try lowering.selected(x, kept, along: 0)]
      }
      return [try lowering.selected(x, kept, along: try lowering.axis(axis, rank: x.rank))]
    },
    "NonZero": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      // Its examples are random, and the number that they give would be taken for that of all pictures.
      guard !x.seesPicture else {
        throw call.failure("how many elements are not zero depends on the picture")
      }
      let rows = try lowering.call("aten::nonzero", .tensor(x))
      return [try lowering.call("aten::t", .tensor(rows))]
    },
    "OneHot": { lowering, call throws(LoweringError) in
      let depth = try lowering.integer(try call.input(1), "the depth")
      guard depth > 0 else { throw call.failure("its depth is not positive") }
      let (indices, values) = (try call.input(0), try call.input(2))
      try lowering.check(elementsOf: try lowering.sizes(of: indices) + [BatchSize(depth)])
      let axis = try lowering.axis(try call.integer("axis", default: -1), rank: indices.rank + 1)
      let positions = Tensor.range(0..<depth).reshaped(
        [depth] + [Int](repeating: 1, count: indices.rank - axis))
      let whole = try lowering.converted(indices, to: .int64)
      let fromFront = try lowering.call(
        "aten::remainder.Scalar", .tensor(whole), .integer(BatchSize(depth)))
      let inside = try lowering.call("aten::ge.Scalar", .tensor(whole), .integer(BatchSize(-depth)))
      let below = try lowering.call("aten::lt.Scalar", .tensor(whole), .integer(BatchSize(depth)))
      let valid = try lowering.call("aten::logical_and", .tensor(inside), .tensor(below))
      let column = try lowering.call(
        "aten::unsqueeze", .tensor(fromFront), .integer(BatchSize(axis)))
      let validColumn = try lowering.call(
        "aten::unsqueeze", .tensor(valid), .integer(BatchSize(axis)))
      let same = try lowering.call(
        "aten::eq.Tensor", .tensor(column), .tensor(lowering.constant(positions)))
      let isOn = try lowering.call("aten::logical_and", .tensor(same), .tensor(validColumn))
      let off = try lowering.call("aten::select.int", .tensor(values), 0, 0)
      let on = try lowering.call("aten::select.int", .tensor(values), 0, 1)
      return [try lowering.call("aten::where.self", .tensor(isOn), .tensor(on), .tensor(off))]
    },
    "TopK": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let axis = try lowering.axis(try call.integer("axis", default: -1), rank: x.rank)
      let given = try lowering.integers(call, setting: "k", input: 1, "how many are wanted")
      guard let count = given?.first else { throw call.failure("how many are wanted is missing") }
      let isDescending = try call.flag("largest", default: true)
      let sorted = try lowering.calls(
        "aten::sort.stable",
        [.tensor(x), true, .integer(BatchSize(axis)), .truth(isDescending)])
      var results: [LoweredValue] = []
      for list in sorted {
        results.append(
          try lowering.call(
            "aten::slice.Tensor", .tensor(list), .integer(BatchSize(axis)), 0,
            .integer(BatchSize(count))))
      }
      return results
    },
  ]

  private static let scatterElements: OperatorLowering = { lowering, call throws(LoweringError) in
    let (x, updates) = (try call.input(0), try call.input(2))
    let axis = try lowering.axis(try call.integer("axis", default: 0), rank: x.rank)
    let indices = try lowering.fromFront(try call.input(1), along: axis, of: x)
    let reduction = try call.string("reduction") ?? "none"
    return [
      try lowering.scattered(updates, into: x, at: indices, along: axis, reduction)
    ]
  }
}

extension Lowering {
  /// Slices of a tensor along an axis, in the shape of the indices.
  fileprivate mutating func gathered(
    _ x: LoweredValue, at indices: LoweredValue, along axis: Int
  ) throws(LoweringError) -> LoweredValue {
    if indices.rank == 0, let index = known(indices)?.integers().first {
      return try call(
        "aten::select.int", .tensor(x), .integer(BatchSize(axis)), .integer(BatchSize(index)))
    }
    let whole = try fromFront(indices, along: axis, of: x)
    let flat =
      whole.rank == 1 ? whole : try call("aten::reshape", .tensor(whole), .integers([-1]))
    let rows = try call(
      "aten::index_select", .tensor(x), .integer(BatchSize(axis)), .tensor(flat))
    if whole.rank == 1 { return rows }
    let own = try sizes(of: x)
    let target = own.prefix(axis) + (try sizes(of: whole)) + own.dropFirst(axis + 1)
    return try call("aten::reshape", .tensor(rows), .integers(Array(target)))
  }

  /// Some of a list of sizes.
  fileprivate func gathered(
    _ list: SizeList, at indices: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let picked = try integers(indices, "which sizes are wanted").map {
      index throws(LoweringError) in
      let position = try axis(index, rank: list.elements.count)
      guard list.elements.indices.contains(position) else { throw failure("its list is empty") }
      return list.elements[position]
    }
    return LoweredValue(.sizes(SizeList(elements: picked, isScalar: indices.rank == 0)))
  }

  /// Slices at known positions along an axis.
  mutating func selected(
    _ x: LoweredValue, _ positions: [Int], along axis: Int
  ) throws(LoweringError) -> LoweredValue {
    try call(
      "aten::index_select", .tensor(x), .integer(BatchSize(axis)),
      .tensor(constant(Tensor(positions))))
  }

  /// Indices as int64 counted from the front.
  fileprivate mutating func fromFront(
    _ indices: LoweredValue, along axis: Int, of x: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let whole = try converted(indices, to: .int64)
    let size = try self.size(of: x, along: axis)
    if let list = known(whole), list.elementCount == 0 || list.min().scalar() >= 0 { return whole }
    let isNegative = try call("aten::lt.Scalar", .tensor(whole), 0)
    let shifted = try call("aten::add.Scalar", .tensor(whole), .integer(size))
    return try call("aten::where.self", .tensor(isNegative), .tensor(shifted), .tensor(whole))
  }

  /// One list of indices for each dimension that tuples along the last axis name.
  fileprivate mutating func coordinates(
    _ tuples: LoweredValue, in x: LoweredValue, batchDimensions: Int
  ) throws(LoweringError) -> [LoweredValue] {
    guard let count = try sizes(of: tuples).last?.fixed, batchDimensions >= 0,
      count + batchDimensions <= x.rank, batchDimensions < tuples.rank
    else { throw failure("its indices do not fit the \(x.rank) dimensions of its input") }
    let own = try sizes(of: x)
    var result: [LoweredValue] = []
    for dimension in 0..<batchDimensions {
      let positions = try call("aten::arange", .integer(own[dimension]), .type(.int64))
      var shape = [Int](repeating: 1, count: tuples.rank - 1)
      shape[dimension] = -1
      result.append(try call("aten::reshape", .tensor(positions), .integers(shape)))
    }
    for index in 0..<count {
      let list = try call("aten::select.int", .tensor(tuples), -1, .integer(BatchSize(index)))
      result.append(try fromFront(list, along: batchDimensions + index, of: x))
    }
    return result
  }

  /// Updates put at indices along an axis, combined with what is there.
  fileprivate mutating func scattered(
    _ updates: LoweredValue, into x: LoweredValue, at indices: LoweredValue, along axis: Int,
    _ reduction: String
  ) throws(LoweringError) -> LoweredValue {
    let reductions = ["add": "sum", "mul": "prod", "max": "amax", "min": "amin"]
    if reduction == "none" {
      return try call(
        "aten::scatter.src", .tensor(x), .integer(BatchSize(axis)), .tensor(indices),
        .tensor(updates))
    }
    guard let name = reductions[reduction] else {
      throw failure("there is no reduction \(reduction)")
    }
    return try call(
      "aten::scatter_reduce.two", .tensor(x), .integer(BatchSize(axis)), .tensor(indices),
      .tensor(updates), .string(name))
  }

  /// Updates put at coordinates, combined with what is there, where indices may repeat.
  fileprivate mutating func scattered(
    _ updates: LoweredValue, into x: LoweredValue, at coordinates: [LoweredValue],
    _ reduction: String
  ) throws(LoweringError) -> LoweredValue {
    let own = try sizes(of: x)
    var row = coordinates[0]
    for (list, size) in zip(coordinates, own).dropFirst() {
      let scaled = try call("aten::mul.Scalar", .tensor(row), .integer(size))
      row = try call("aten::add.Tensor", .tensor(scaled), .tensor(list))
    }
    let inner = own.dropFirst(coordinates.count).reduce(1 as Int?) { product, size in
      product.flatMap { p in size.fixed.map { p * $0 } }
    }
    guard let inner else { throw failure("a size that it does not index depends on the batch") }
    let table = try call("aten::reshape", .tensor(x), .integers([-1, inner]))
    let rows = try call("aten::reshape", .tensor(updates), .integers([-1, inner]))
    let column = try call("aten::reshape", .tensor(row), .integers([-1, 1]))
    let indices = try call("aten::expand", .tensor(column), .integers([-1, inner]))
    let result = try scattered(rows, into: table, at: indices, along: 0, reduction)
    return try call("aten::reshape", .tensor(result), .integers(own))
  }
}
