import TensorModule

/// Losses, for models that were exported with one.
extension OperatorTable {
  static let losses: [String: OperatorLowering] = [
    "NegativeLogLikelihoodLoss": { lowering, call throws(LoweringError) in
      [try lowering.loss(of: try call.input(0), call)]
    },
    "SoftmaxCrossEntropyLoss": { lowering, call throws(LoweringError) in
      let logarithms = try lowering.call("aten::log_softmax.int", .tensor(try call.input(0)), 1)
      return [try lowering.loss(of: logarithms, call), logarithms]
    },
  ]
}

extension Lowering {
  /// The loss of logarithms of probabilities, [N, C, …].
  fileprivate mutating func loss(
    of logarithms: LoweredValue, _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let reductions = ["none": 0, "mean": 1, "sum": 2]
    guard let reduction = reductions[try call.string("reduction") ?? "mean"] else {
      throw failure("its reduction is not supported")
    }
    let target = try converted(try call.input(1), to: .int64)
    let ignored = try call.integer("ignore_index", default: -100)
    return try self.call(
      "aten::nll_loss_nd", .tensor(logarithms), .tensor(target), .optional(call.optional(2)),
      .integer(BatchSize(reduction)), .integer(BatchSize(ignored)))
  }
}
