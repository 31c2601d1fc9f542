import TensorModule

/// Recurrent layers, unrolled over the steps of their input.
extension OperatorTable {
  static let recurrentLayers: [String: OperatorLowering] = [
    "RNN": recurrent(.plain),
    "GRU": recurrent(.gated),
    "LSTM": recurrent(.longShortTerm),
  ]

  private static func recurrent(_ kind: RecurrentSettings.Kind) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      try lowering.recurrentLayer(RecurrentSettings(kind, of: call), call)
    }
  }
}

extension Lowering {
  /// The states of all steps and the last ones: hidden states, and those of the cells of an LSTM.
  fileprivate mutating func recurrentLayer(
    _ settings: RecurrentSettings, _ call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    var x = try call.input(0)
    guard x.rank == 3 else { throw failure("its input has no steps, batch and features") }
    if settings.isBatchFirst { x = try self.call("aten::transpose.int", .tensor(x), 0, 1) }
    let sizes = try sizes(of: x)
    guard let stepCount = sizes[0].fixed, (1...Self.mostRounds).contains(stepCount) else {
      throw failure("it is unrolled, which takes from 1 to \(Self.mostRounds) steps")
    }
    try checkLengths(call.optional(4), stepCount: stepCount)
    let hiddenSize = try hiddenSize(settings, call)
    var runs: [RecurrentRun] = []
    for direction in settings.directions.indices {
      let cell = try RecurrentCell(settings, direction, hiddenSize: hiddenSize, of: call, &self)
      runs.append(
        try run(
          cell, over: x, stepCount, isReversed: settings.directions[direction].isReversed,
          from: initialStates(settings, direction, [sizes[1], BatchSize(hiddenSize)], call)))
    }
    var results: [LoweredValue] = []
    if call.wants(result: 0) {
      let all = try stacked(
        runs.map { run throws(LoweringError) in try stacked(run.hidden, along: 0) }, along: 1)
      results.append(
        settings.isBatchFirst
          ? try self.call("aten::permute", .tensor(all), [2, 0, 1, 3]) : all)
    } else {
      // Nobody reads it.
      results.append(x)
    }
    for index in settings.initialStates.indices {
      results.append(
        try stacked(runs.map { $0.last[index] }, along: settings.isBatchFirst ? 1 : 0))
    }
    return results
  }

  private mutating func stacked(
    _ values: [LoweredValue], along axis: Int
  ) throws(LoweringError) -> LoweredValue {
    try call("aten::stack", .tensors(values), .integer(BatchSize(axis)))
  }

  /// Refuses sequences that end before the input does.
  private func checkLengths(_ lengths: LoweredValue?, stepCount: Int) throws(LoweringError) {
    guard let lengths else { return }
    guard try integers(lengths, "the lengths").allSatisfy({ $0 == stepCount }) else {
      throw failure("sequences that are shorter than the input are not supported")
    }
  }

  private func hiddenSize(
    _ settings: RecurrentSettings, _ call: Call
  ) throws(LoweringError) -> Int {
    let weights = try [1, 2].map { index throws(LoweringError) in
      try sizes(of: try call.input(index)).map { $0.fixed ?? 0 }
    }
    guard let size = weights[1].last, size > 0,
      weights.allSatisfy({ sizes in
        sizes.count == 3 && sizes[0] == settings.directions.count
          && sizes[1] == settings.kind.gateCount * size
      })
    else { throw failure("its weights do not fit each other") }
    return size
  }

  private mutating func initialStates(
    _ settings: RecurrentSettings, _ direction: Int, _ sizes: [BatchSize], _ call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    let type = try call.input(0).elementType
    return try settings.initialStates.map { index throws(LoweringError) in
      guard let given = call.optional(index) else {
        return try self.call("aten::zeros", .integers(sizes), .type(type))
      }
      return try self.call(
        "aten::select.int", .tensor(given), settings.isBatchFirst ? 1 : 0,
        .integer(BatchSize(direction)))
    }
  }

  private mutating func run(
    _ cell: RecurrentCell, over x: LoweredValue, _ stepCount: Int, isReversed: Bool,
    from initial: [LoweredValue]
  ) throws(LoweringError) -> RecurrentRun {
    // What the input adds to the gates, for all steps at once.
    let given = try call(
      "aten::linear", .tensor(x), .tensor(cell.inputWeight), .optional(cell.inputBias))
    var run = RecurrentRun(hidden: [], last: initial)
    for step in 0..<stepCount {
      let place = isReversed ? stepCount - 1 - step : step
      let now = try call("aten::select.int", .tensor(given), 0, .integer(BatchSize(place)))
      run.last = try cell.states(after: run.last, given: now, &self)
      run.hidden.append(run.last[0])
    }
    if isReversed { run.hidden.reverse() }
    return run
  }
}

/// What one direction of a recurrent layer came to.
private struct RecurrentRun {
  /// The hidden states in the order of the input.
  var hidden: [LoweredValue]
  /// The states after the last step.
  var last: [LoweredValue]
}
