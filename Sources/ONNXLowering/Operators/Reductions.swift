import ProgramFormats
import TensorModule

/// Reductions along axes, which are a setting in old versions and an input in new ones.
extension OperatorTable {
  static let reductions: [String: OperatorLowering] = [
    "ReduceSum": reduction(axesInputSince: 13) { lowering, x, axes, keeps throws(LoweringError) in
      try lowering.sum(x, axes, keeps)
    },
    "ReduceMean": reduction { lowering, x, axes, keeps throws(LoweringError) in
      guard !x.isReal else { return try lowering.mean(x, axes, keeps) }
      let real = try lowering.converted(x, to: .float32)
      return try lowering.mean(real, axes, keeps)
    },
    "ReduceMax": reduction { lowering, x, axes, keeps throws(LoweringError) in
      try lowering.extreme("aten::amax", of: x, axes, keeps, empty: -.infinity)
    },
    "ReduceMin": reduction { lowering, x, axes, keeps throws(LoweringError) in
      try lowering.extreme("aten::amin", of: x, axes, keeps, empty: .infinity)
    },
    "ReduceProd": reduction { lowering, x, axes, keeps throws(LoweringError) in
      try lowering.product(x, axes, keeps)
    },
    "ReduceL1": reduction { lowering, x, axes, keeps throws(LoweringError) in
      let size = try lowering.call("aten::abs", .tensor(x))
      return try lowering.sum(size, axes, keeps)
    },
    "ReduceL2": reduction { lowering, x, axes, keeps throws(LoweringError) in
      let real = try lowering.converted(x, to: x.isReal ? x.elementType : .float32)
      return try lowering.call(
        "aten::linalg_vector_norm", .tensor(real), 2, .integers(axes), .truth(keeps))
    },
    "ReduceSumSquare": reduction { lowering, x, axes, keeps throws(LoweringError) in
      let square = try lowering.call("aten::mul.Tensor", .tensor(x), .tensor(x))
      return try lowering.sum(square, axes, keeps)
    },
    "ReduceLogSum": reduction { lowering, x, axes, keeps throws(LoweringError) in
      let sum = try lowering.sum(x, axes, keeps)
      return try lowering.call("aten::log", .tensor(sum))
    },
    "ReduceLogSumExp": reduction { lowering, x, axes, keeps throws(LoweringError) in
      try lowering.call("aten::logsumexp", .tensor(x), .integers(axes), .truth(keeps))
    },
    "ArgMax": argument("aten::argmax"),
    "ArgMin": argument("aten::argmin"),
    "CumSum": cumulative("aten::cumsum", neutral: 0),
    "CumProd": cumulative("aten::cumprod", neutral: 1),
  ]

  private static func reduction(
    axesInputSince version: Int = 18,
    _ reduce:
      @escaping @Sendable (inout Lowering, LoweredValue, [Int], Bool)
      throws(LoweringError) -> LoweredValue
  ) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      var given = try call.integers("axes")
      if call.version >= version, let input = call.optional(1) {
        given = try lowering.integers(input, "the axes")
      }
      let list = given ?? []
      if list.isEmpty, try call.flag("noop_with_empty_axes") {
        // Each element is reduced by itself.
        let column = try lowering.call("aten::unsqueeze", .tensor(x), 0)
        return [try reduce(&lowering, column, [0], false)]
      }
      let axes = try lowering.axes(list.isEmpty ? Array(0..<x.rank) : list, rank: x.rank)
      if let product = try lowering.productOfSizes(x, call) { return [product] }
      let materialized = try lowering.materialized(x)
      if axes.isEmpty || materialized.rank == 0 {
        let column = try lowering.call("aten::unsqueeze", .tensor(materialized), 0)
        return [try reduce(&lowering, column, [0], false)]
      }
      let keeps = try call.flag("keepdims", default: true)
      let result = try reduce(&lowering, materialized, axes, keeps)
      return [try lowering.converted(result, to: materialized.elementType)]
    }
  }

  private static func argument(_ name: String) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let axis = try lowering.axis(try call.integer("axis", default: 0), rank: x.rank)
      let keeps = try call.flag("keepdims", default: true)
      lowering.noteStep(on: x)
      guard try call.flag("select_last_index") else {
        return [try lowering.call(name, .tensor(x), .integer(BatchSize(axis)), .truth(keeps))]
      }
      let mirrored = try lowering.call("aten::flip", .tensor(x), .integers([axis]))
      let index = try lowering.call(
        name, .tensor(mirrored), .integer(BatchSize(axis)), .truth(keeps))
      let last = try lowering.size(of: x, along: axis)
      guard let size = last.fixed else { throw call.failure("the size along its axis is open") }
      let reversed = try lowering.call("aten::neg", .tensor(index))
      return [
        try lowering.call("aten::add.Scalar", .tensor(reversed), .integer(BatchSize(size - 1)))
      ]
    }
  }

  private static func cumulative(_ name: String, neutral: Double) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      var x = try call.input(0)
      let type = x.elementType
      let number = try lowering.integer(try call.input(1), "the axis")
      let axis = try lowering.axis(number, rank: x.rank)
      let isReverse = try call.flag("reverse")
      if isReverse { x = try lowering.call("aten::flip", .tensor(x), .integers([axis])) }
      var result = try lowering.call(name, .tensor(x), .integer(BatchSize(axis)))
      if try call.flag("exclusive") {
        let neutrals = try lowering.call(
          "aten::full_like",
          .tensor(
            try lowering.call(
              "aten::slice.Tensor", .tensor(result), .integer(BatchSize(axis)), 0, 1)),
          .real(neutral))
        let earlier = try lowering.call(
          "aten::slice.Tensor", .tensor(result), .integer(BatchSize(axis)), 0, -1)
        result = try lowering.call(
          "aten::cat", .tensors([neutrals, earlier]), .integer(BatchSize(axis)))
      }
      if isReverse { result = try lowering.call("aten::flip", .tensor(result), .integers([axis])) }
      return [try lowering.converted(result, to: type)]
    }
  }
}

extension Lowering {
  mutating func sum(
    _ x: LoweredValue, _ axes: [Int], _ keeps: Bool
  ) throws(LoweringError) -> LoweredValue {
    try call("aten::sum.dim_IntList", .tensor(x), .integers(axes), .truth(keeps))
  }

  mutating func mean(
    _ x: LoweredValue, _ axes: [Int], _ keeps: Bool
  ) throws(LoweringError) -> LoweredValue {
    try call("aten::mean.dim", .tensor(x), .integers(axes), .truth(keeps))
  }

  fileprivate mutating func extreme(
    _ name: String, of x: LoweredValue, _ axes: [Int], _ keeps: Bool, empty: Double
  ) throws(LoweringError) -> LoweredValue {
    let sizes = try sizes(of: x)
    guard axes.contains(where: { sizes[$0].fixed == 0 }) else {
      return try wide(x) { lowering, x throws(LoweringError) in
        try lowering.call(name, .tensor(x), .integers(axes), .truth(keeps))
      }
    }
    let left = sizes.indices.compactMap { axis -> BatchSize? in
      axes.contains(axis) ? (keeps ? 1 : nil) : sizes[axis]
    }
    let value = x.elementType == .bool ? (empty > 0 ? 1 : 0) : empty
    return try call("aten::full", .integers(left), .real(value), .type(x.elementType))
  }

  fileprivate mutating func product(
    _ x: LoweredValue, _ axes: [Int], _ keeps: Bool
  ) throws(LoweringError) -> LoweredValue {
    var result = x
    for axis in axes.sorted(by: >) {
      result = try call(
        "aten::prod.dim_int", .tensor(result), .integer(BatchSize(axis)), .truth(keeps))
    }
    return result
  }

  /// The product of a list of sizes, as `ReduceProd` of a shape asks for.
  fileprivate func productOfSizes(
    _ x: LoweredValue, _ call: Call
  ) throws(LoweringError) -> LoweredValue? {
    guard call.node.operation == "ReduceProd", case .sizes(let list) = x.content else { return nil }
    var product: BatchSize = 1
    for size in list.elements {
      guard let next = BatchSize.product(product, size) else { return nil }
      product = next
    }
    let isScalar = try !call.flag("keepdims", default: true)
    return LoweredValue(.sizes(SizeList(elements: [product], isScalar: isScalar)))
  }
}
