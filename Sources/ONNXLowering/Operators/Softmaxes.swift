import TensorModule

/// Functions that make probabilities of scores.
extension OperatorTable {
  static let softmaxes: [String: OperatorLowering] = [
    "Softmax": softmax { lowering, x, axis throws(LoweringError) in
      try lowering.call("aten::softmax.int", .tensor(x), .integer(BatchSize(axis)))
    },
    "LogSoftmax": softmax { lowering, x, axis throws(LoweringError) in
      try lowering.call("aten::log_softmax.int", .tensor(x), .integer(BatchSize(axis)))
    },
    "Hardmax": softmax { lowering, x, axis throws(LoweringError) in
      lowering.noteStep(on: x)
      let best = try lowering.call(
        "aten::argmax", .tensor(x), .integer(BatchSize(axis)), true)
      let zeros = try lowering.call("aten::zeros_like", .tensor(x))
      return try lowering.call(
        "aten::scatter.value", .tensor(zeros), .integer(BatchSize(axis)), .tensor(best), 1)
    },
  ]

  /// Along one axis since version 13; before that over all axes from it on.
  private static func softmax(
    _ function:
      @escaping @Sendable (inout Lowering, LoweredValue, Int) throws(LoweringError) -> LoweredValue
  ) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let isOld = call.version < 13
      let axis = try lowering.axis(
        try call.integer("axis", default: isOld ? 1 : -1), rank: x.rank)
      if !isOld || axis == x.rank - 1 { return [try function(&lowering, x, axis)] }
      let sizes = try lowering.sizes(of: x)
      let merged = try lowering.call(
        "aten::flatten.using_ints", .tensor(x), .integer(BatchSize(axis)), -1)
      let result = try function(&lowering, merged, axis)
      return [try lowering.reshaped(result, to: sizes, zeroCopies: false)]
    }
  }
}
