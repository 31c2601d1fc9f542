import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// Branches and loops. Programs have none: branches are chosen and loops unrolled when the model is
/// loaded.
extension OperatorTable {
  static let controlFlow: [String: OperatorLowering] = [
    "If": { lowering, call throws(LoweringError) in try lowering.branch(call) },
    "Loop": { lowering, call throws(LoweringError) in try lowering.loop(call) },
    "Scan": { lowering, call throws(LoweringError) in try lowering.scan(call) },
    "SequenceMap": { lowering, call throws(LoweringError) in try lowering.sequenceMap(call) },
  ]
}

// MARK: If

extension Lowering {
  /// The branch that is taken; both, with a choice by element, if that depends on the picture.
  fileprivate mutating func branch(_ call: Call) throws(LoweringError) -> [LoweredValue] {
    let condition = try call.input(0)
    if known(condition) != nil {
      let isTaken = try integer(condition, "the condition") != 0
      return try lower(try call.graph(isTaken ? "then_branch" : "else_branch"))
    }
    let scalar = try self.call("aten::reshape", .tensor(condition), .integers([Int]()))
    let whenTrue = try lower(try call.graph("then_branch"))
    let whenFalse = try lower(try call.graph("else_branch"))
    guard whenTrue.count == whenFalse.count else {
      throw failure("its branches return different numbers of values")
    }
    return try zip(whenTrue, whenFalse).map { pair throws(LoweringError) in
      try choice(scalar, pair.0, pair.1)
    }
  }

  private mutating func choice(
    _ condition: LoweredValue, _ whenTrue: LoweredValue, _ whenFalse: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    if case .sequence(let left) = whenTrue.content, case .sequence(let right) = whenFalse.content,
      left.count == right.count
    {
      return LoweredValue(
        .sequence(
          try zip(left, right).map { pair throws(LoweringError) in
            try choice(condition, pair.0, pair.1)
          }))
    }
    let (left, right) = (try asInGraph(whenTrue), try asInGraph(whenFalse))
    guard try sizes(of: left) == sizes(of: right), left.elementType == right.elementType else {
      throw failure(
        "which branch is taken depends on the picture, and they differ in sizes or types")
    }
    return try self.call("aten::where.self", .tensor(condition), .tensor(left), .tensor(right))
  }
}

// MARK: Loops

extension Lowering {
  /// All rounds of a loop one after the other.
  fileprivate mutating func loop(_ call: Call) throws(LoweringError) -> [LoweredValue] {
    let body = try call.graph("body")
    let limit = try call.optional(0).map { value throws(LoweringError) in
      try integer(value, "how often it runs")
    }
    var goesOn = try call.optional(1).map(isTrue) ?? true
    var carried = try Array(call.inputs.dropFirst(2)).map { value throws(LoweringError) in
      guard let value else { throw failure("an input is missing") }
      return value
    }
    guard body.inputs.count == carried.count + 2, body.outputs.count > carried.count else {
      throw failure("its body takes or returns another number of values than it")
    }
    let constants = try constants(of: body)
    var rows = [[LoweredValue]](repeating: [], count: body.outputs.count - 1 - carried.count)
    var round = 0
    while goesOn, limit.map({ round < $0 }) ?? true {
      try countRound()
      var binding = constants
      binding[body.inputs[0].name] = constant(Tensor([round]).reshaped([]))
      binding[body.inputs[1].name] = constant(Tensor([true]).reshaped([]))
      for (input, value) in zip(body.inputs.dropFirst(2), carried) { binding[input.name] = value }
      let results = try lower(body, binding: binding)
      // The last round needs no condition.
      round += 1
      if limit.map({ round < $0 }) ?? true { goesOn = try isTrue(results[0]) }
      carried = Array(results.dropFirst().prefix(carried.count))
      for (row, value) in results.dropFirst(carried.count + 1).enumerated() {
        rows[row].append(value)
      }
    }
    let stacked = try rows.enumerated().map { index, values throws(LoweringError) in
      try stack(values, along: 0, declared: body.outputs[carried.count + 1 + index])
    }
    return carried + stacked
  }

  /// A loop over the slices of tensors.
  fileprivate mutating func scan(_ call: Call) throws(LoweringError) -> [LoweredValue] {
    guard call.version >= 9 else { throw failure("its form before version 9 is not supported") }
    let body = try call.graph("body")
    let inputs = try call.allInputs()
    let scannedCount = try call.integer("num_scan_inputs", default: 1)
    guard (1...inputs.count).contains(scannedCount), body.inputs.count == inputs.count else {
      throw failure("its body takes another number of values than it")
    }
    var carried = Array(inputs.dropLast(scannedCount))
    let resultCount = body.outputs.count - carried.count
    guard resultCount >= 0 else { throw failure("its body returns too few values") }
    let slices = try Slices(
      of: inputs.suffix(scannedCount), axes: try call.integers("scan_input_axes"),
      directions: try call.integers("scan_input_directions"), self)
    let constants = try constants(of: body)
    var rows = [[LoweredValue]](repeating: [], count: resultCount)
    for round in 0..<slices.count {
      try countRound()
      var binding = constants
      for (input, value) in zip(body.inputs, carried) { binding[input.name] = value }
      for (index, input) in body.inputs.suffix(scannedCount).enumerated() {
        binding[input.name] = try slices.slice(index, round: round, &self)
      }
      let results = try lower(body, binding: binding)
      carried = Array(results.prefix(carried.count))
      for (row, value) in results.dropFirst(carried.count).enumerated() { rows[row].append(value) }
    }
    let axes = try call.integers("scan_output_axes")
    let directions = try call.integers("scan_output_directions")
    let stacked = try rows.enumerated().map { index, values throws(LoweringError) in
      let isReversed = directions.map { $0.indices.contains(index) && $0[index] == 1 } ?? false
      return try stack(
        isReversed ? values.reversed() : values,
        along: axes.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? 0,
        declared: body.outputs[carried.count + index])
    }
    return carried + stacked
  }

  /// Calls a graph for each element of a list.
  fileprivate mutating func sequenceMap(_ call: Call) throws(LoweringError) -> [LoweredValue] {
    let body = try call.graph("body")
    let inputs = try call.allInputs()
    let count = try sequence(inputs[0]).count
    guard body.inputs.count == inputs.count else {
      throw failure("its body takes another number of values than it")
    }
    let constants = try constants(of: body)
    var results = [[LoweredValue]](repeating: [], count: body.outputs.count)
    for round in 0..<count {
      try countRound()
      var binding = constants
      for (input, value) in zip(body.inputs, inputs) {
        guard case .sequence(let elements) = value.content else {
          binding[input.name] = value
          continue
        }
        guard elements.count == count else { throw failure("its lists differ in length") }
        binding[input.name] = elements[round]
      }
      for (index, value) in try lower(body, binding: binding).enumerated() {
        results[index].append(value)
      }
    }
    return results.map { LoweredValue(.sequence($0)) }
  }
}

/// The tensors that a `Scan` goes along.
private struct Slices {
  let tensors: [LoweredValue]
  let axes: [Int]
  let isReversed: [Bool]
  /// How many slices each tensor has.
  let count: Int

  init(
    of tensors: [LoweredValue], axes: [Int]?, directions: [Int]?, _ lowering: Lowering
  ) throws(LoweringError) {
    self.tensors = tensors
    var counts: Set<Int> = []
    var counted: [Int] = []
    for (index, tensor) in tensors.enumerated() {
      let sizes = try lowering.sizes(of: tensor)
      let axis = try lowering.axis(
        axes.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? 0, rank: sizes.count)
      guard sizes.indices.contains(axis), let count = sizes[axis].fixed else {
        throw lowering.failure("how often it runs depends on the batch")
      }
      counted.append(axis)
      counts.insert(count)
    }
    self.axes = counted
    isReversed = tensors.indices.map { index in
      directions.map { $0.indices.contains(index) && $0[index] == 1 } ?? false
    }
    guard counts.count == 1, let count = counts.first else {
      throw lowering.failure("the tensors that it scans differ in length")
    }
    self.count = count
  }

  func slice(
    _ index: Int, round: Int, _ lowering: inout Lowering
  ) throws(LoweringError) -> LoweredValue {
    try lowering.call(
      "aten::select.int", .tensor(tensors[index]), .integer(BatchSize(axes[index])),
      .integer(BatchSize(isReversed[index] ? count - 1 - round : round))
    ).standing(for: tensors[index].standsFor)
  }
}

// MARK: Rounds

extension Lowering {
  private func isTrue(_ value: LoweredValue) throws(LoweringError) -> Bool {
    try integer(value, "the condition of a loop") != 0
  }

  /// The initialisers of a body, so that all rounds share them.
  private mutating func constants(
    of body: ONNXGraph
  ) throws(LoweringError) -> [String: LoweredValue] {
    var constants: [String: LoweredValue] = [:]
    for (name, tensor) in body.initializers {
      constants[name] = try constant(tensor)
    }
    return constants
  }

  /// Keeps a stranger's model from running for ever.
  private mutating func countRound() throws(LoweringError) {
    roundCount += 1
    guard roundCount <= Self.mostRounds else {
      throw failure("loops are unrolled, and these have more than \(Self.mostRounds) rounds")
    }
  }

  /// The most rounds of loops, and steps of recurrent layers.
  static let mostRounds = 10_000

  /// What the rounds of a loop returned as one tensor.
  private mutating func stack(
    _ values: [LoweredValue], along axis: Int, declared: ONNXValueInfo
  ) throws(LoweringError) -> LoweredValue {
    guard let first = values.first else {
      guard let type = declared.dataType?.dataType, let sizes = declared.sizes else {
        throw failure("it never runs, and what it returns has no declared type")
      }
      let shape = sizes.map { if case .fixed(let size) = $0 { size } else { 0 } }
      return try call(
        "aten::zeros", .integers([0] + shape), .type(ElementType(type)))
    }
    return try call("aten::stack", .tensors(values), .integer(BatchSize(axis)))
      .standing(for: first.standsFor)
  }
}
