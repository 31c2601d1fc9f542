import TensorModule

/// One direction of a recurrent layer: how states follow from those before.
struct RecurrentCell {
  /// What the input is multiplied with, and what is added.
  let inputWeight: LoweredValue
  let inputBias: LoweredValue?

  private let kind: RecurrentSettings.Kind
  private let functions: [String]
  private let resetsProduct: Bool
  private let hiddenSize: Int
  /// What the states are multiplied with, and what is added.
  private let weight: LoweredValue
  private let bias: LoweredValue?
  /// The same for what is new in a GRU, where the reset gate works before the product.
  private let newWeight: LoweredValue?
  private let newBias: LoweredValue?
  /// What the cells of an LSTM add to the input, output and forget gates.
  private let peepholes: [LoweredValue]

  init(
    _ settings: RecurrentSettings, _ direction: Int, hiddenSize: Int, of call: Call,
    _ lowering: inout Lowering
  ) throws(LoweringError) {
    func own(_ index: Int, _ lowering: inout Lowering) throws(LoweringError) -> LoweredValue? {
      guard let all = call.optional(index) else { return nil }
      return try lowering.call(
        "aten::select.int", .tensor(all), 0, .integer(BatchSize(direction)))
    }
    kind = settings.kind
    functions = settings.directions[direction].functions
    resetsProduct = settings.resetsProduct
    self.hiddenSize = hiddenSize
    let rowCount = kind.gateCount * hiddenSize
    guard let inputWeight = try own(1, &lowering), let all = try own(2, &lowering) else {
      throw call.failure("its weights are missing")
    }
    self.inputWeight = inputWeight
    let biases = try own(3, &lowering).map { both throws(LoweringError) in
      try lowering.split(both, into: [rowCount, rowCount])
    }
    inputBias = biases?[0]
    if kind == .gated, !resetsProduct {
      let sizes = [2 * hiddenSize, hiddenSize]
      let weights = try lowering.split(all, into: sizes, along: 0)
      let parts = try biases.map { both throws(LoweringError) in
        try lowering.split(both[1], into: sizes)
      }
      (weight, newWeight) = (weights[0], weights[1])
      (bias, newBias) = (parts?[0], parts?[1])
    } else {
      (weight, bias) = (all, biases?[1])
      (newWeight, newBias) = (nil, nil)
    }
    let peepholes = kind == .longShortTerm ? try own(7, &lowering) : nil
    self.peepholes =
      try peepholes.map { all throws(LoweringError) in
        try lowering.split(all, into: [hiddenSize, hiddenSize, hiddenSize])
      } ?? []
  }

  /// The states after one step more.
  ///
  /// - Parameters:
  ///   - states: the hidden state, and the cells of an LSTM.
  ///   - given: what the input adds to the gates.
  func states(
    after states: [LoweredValue], given: LoweredValue, _ lowering: inout Lowering
  ) throws(LoweringError) -> [LoweredValue] {
    let own = try lowering.call(
      "aten::linear", .tensor(states[0]), .tensor(weight), .optional(bias))
    switch kind {
    case .plain:
      return [try lowering.activated(functions[0], try lowering.sum(given, own))]
    case .gated:
      return [try gated(states[0], given: given, own: own, &lowering)]
    case .longShortTerm:
      return try longShortTerm(states, sum: try lowering.sum(given, own), &lowering)
    }
  }

  private func gated(
    _ hidden: LoweredValue, given: LoweredValue, own: LoweredValue, _ lowering: inout Lowering
  ) throws(LoweringError) -> LoweredValue {
    let sizes = [Int](repeating: hiddenSize, count: 3)
    let given = try lowering.split(given, into: sizes)
    let own = try lowering.split(own, into: newWeight == nil ? sizes : Array(sizes.dropLast()))
    let update = try lowering.activated(functions[0], try lowering.sum(given[0], own[0]))
    let reset = try lowering.activated(functions[0], try lowering.sum(given[1], own[1]))
    let part: LoweredValue
    if let newWeight {
      let rest = try lowering.product(reset, hidden)
      part = try lowering.call(
        "aten::linear", .tensor(rest), .tensor(newWeight), .optional(newBias))
    } else {
      part = try lowering.product(reset, own[2])
    }
    let new = try lowering.activated(functions[1], try lowering.sum(given[2], part))
    // (1 − z) ⊙ new + z ⊙ old
    let difference = try lowering.call("aten::sub.Tensor", .tensor(hidden), .tensor(new))
    return try lowering.sum(new, try lowering.product(update, difference))
  }

  private func longShortTerm(
    _ states: [LoweredValue], sum: LoweredValue, _ lowering: inout Lowering
  ) throws(LoweringError) -> [LoweredValue] {
    let parts = try lowering.split(sum, into: [Int](repeating: hiddenSize, count: 4))
    func gate(
      _ index: Int, of cells: LoweredValue, _ lowering: inout Lowering
    ) throws(LoweringError) -> LoweredValue {
      guard !peepholes.isEmpty else { return try lowering.activated(functions[0], parts[index]) }
      let seen = try lowering.product(peepholes[index], cells)
      return try lowering.activated(functions[0], try lowering.sum(parts[index], seen))
    }
    let input = try gate(0, of: states[1], &lowering)
    let forget = try gate(2, of: states[1], &lowering)
    let new = try lowering.activated(functions[1], parts[3])
    let cells = try lowering.sum(
      try lowering.product(forget, states[1]), try lowering.product(input, new))
    let output = try gate(1, of: cells, &lowering)
    let shown = try lowering.activated(functions[2], cells)
    return [try lowering.product(output, shown), cells]
  }
}

extension Lowering {
  fileprivate mutating func activated(
    _ function: String, _ value: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    try call(function, .tensor(value))
  }

  fileprivate mutating func sum(
    _ left: LoweredValue, _ right: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    try call("aten::add.Tensor", .tensor(left), .tensor(right))
  }

  fileprivate mutating func product(
    _ left: LoweredValue, _ right: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    try call("aten::mul.Tensor", .tensor(left), .tensor(right))
  }

  fileprivate mutating func split(
    _ value: LoweredValue, into sizes: [Int], along axis: Int = -1
  ) throws(LoweringError) -> [LoweredValue] {
    try calls(
      "aten::split_with_sizes",
      [.tensor(value), .integers(sizes), .integer(BatchSize(axis))])
  }
}
