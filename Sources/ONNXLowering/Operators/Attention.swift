import ProgramFormats
import ProgramRuntime
import TensorModule

/// Attention as one operator, and what goes with it.
extension OperatorTable {
  static let attention: [String: OperatorLowering] = [
    "Attention": { lowering, call throws(LoweringError) in try lowering.attention(call) },
    "RotaryEmbedding": { lowering, call throws(LoweringError) in
      [try lowering.rotaryEmbedding(call)]
    },
  ]
}

/// What an `Attention` works on, with heads in a dimension of their own.
private struct AttentionInputs {
  /// The queries, [N, heads, queries, size].
  var query: LoweredValue
  /// The keys, [N, heads, keys, size], those of earlier calls first.
  var key: LoweredValue
  /// The values, [N, heads, keys, size of values].
  var value: LoweredValue
  /// How many keys earlier calls left.
  var pastCount: Int
  var queryCount: Int
  var keyCount: Int
  /// What products are multiplied by.
  var scale: Double

  init(of call: Call, _ lowering: inout Lowering) throws(LoweringError) {
    query = try lowering.heads(of: try call.input(0), try call.integer("q_num_heads"))
    key = try lowering.heads(of: try call.input(1), try call.integer("kv_num_heads"))
    value = try lowering.heads(of: try call.input(2), try call.integer("kv_num_heads"))
    guard [query, key, value].allSatisfy({ $0.rank == 4 }) else {
      throw call.failure("its inputs have no batch, heads, length and size")
    }
    pastCount = 0
    if let past = call.optional(4) {
      guard past.rank == 4, let count = try lowering.sizes(of: past)[2].fixed else {
        throw call.failure("how many keys there are depends on the batch")
      }
      pastCount = count
      key = try lowering.call("aten::cat", .tensors([past, key]), 2)
      value = try lowering.call("aten::cat", .tensors([try call.input(5), value]), 2)
    }
    let sizes = try lowering.sizes(of: query)
    guard let queries = sizes[2].fixed, let size = sizes[3].fixed, size > 0,
      let keys = try lowering.sizes(of: key)[2].fixed
    else { throw call.failure("how many queries or keys there are depends on the batch") }
    (queryCount, keyCount) = (queries, keys)
    let given = try call.real("scale", default: 0)
    scale = given > 0 ? given : 1 / Double(size).squareRoot()
  }
}

extension Lowering {
  fileprivate mutating func attention(_ call: Call) throws(LoweringError) -> [LoweredValue] {
    var inputs = try AttentionInputs(of: call, &self)
    let (presentKey, presentValue) = (inputs.key, inputs.value)
    let counts = [try sizes(of: inputs.query)[1].fixed, try sizes(of: inputs.key)[1].fixed]
    if let own = counts[0], let shared = counts[1], own != shared {
      guard shared > 0, own.isMultiple(of: shared) else {
        throw failure("its \(own) heads of queries do not fit \(shared) heads of keys")
      }
      // Several heads of queries share one of keys and values.
      inputs.key = try repeated(inputs.key, own / shared)
      inputs.value = try repeated(inputs.value, own / shared)
    }
    let allowed = try allowedKeys(call, inputs)
    var products: LoweredValue?
    var result: LoweredValue
    let cap = try call.real("softcap", default: 0)
    let precision = try call.dataType("softmax_precision")
    if call.optional(3) == nil, allowed == nil, cap == 0, precision == nil,
      !call.wants(result: 3)
    {
      result = try self.call(
        "aten::scaled_dot_product_attention", .tensor(inputs.query), .tensor(inputs.key),
        .tensor(inputs.value), .none, 0.0, false, .real(inputs.scale))
    } else {
      (result, products) = try weighedValues(call, inputs, allowed)
    }
    if try call.input(0).rank == 3 {
      let ordered = try self.call("aten::permute", .tensor(result), [0, 2, 1, 3])
      result = try self.call("aten::flatten.using_ints", .tensor(ordered), 2, 3)
    }
    return [result, presentKey, presentValue] + (products.map { [$0] } ?? [])
  }

  /// A tensor with its heads in a dimension of their own, [N, heads, length, size].
  fileprivate mutating func heads(
    of x: LoweredValue, _ count: Int?
  ) throws(LoweringError) -> LoweredValue {
    guard x.rank == 3 else { return x }
    let sizes = try sizes(of: x)
    guard let count, count > 0, let width = sizes[2].fixed, width.isMultiple(of: count) else {
      throw failure("its number of heads does not fit its inputs")
    }
    let split = try call(
      "aten::reshape", .tensor(x),
      .integers([sizes[0], sizes[1], BatchSize(count), BatchSize(width / count)]))
    return try call("aten::permute", .tensor(split), [0, 2, 1, 3])
  }

  private mutating func repeated(
    _ x: LoweredValue, _ count: Int
  ) throws(LoweringError) -> LoweredValue {
    try call(
      "aten::repeat_interleave.self_int", .tensor(x), .integer(BatchSize(count)), 1)
  }

  /// Whether a query may look at a key, [queries, keys] or [N, 1, queries, keys]; nothing if all may.
  private mutating func allowedKeys(
    _ call: Call, _ inputs: AttentionInputs
  ) throws(LoweringError) -> LoweredValue? {
    let filled = try call.optional(6).map { counts throws(LoweringError) in
      try self.call(
        "aten::reshape", .tensor(try converted(counts, to: .int64)), [-1, 1, 1, 1])
    }
    let keys = constant(Tensor.range(0..<inputs.keyCount))
    let rows = Tensor.range(0..<inputs.queryCount).unsqueezed(at: 1) + Double(inputs.pastCount)
    var places = constant(rows.converted(to: .int64))
    if let filled {
      // The queries are the last of the keys that are filled.
      let shift = try self.call(
        "aten::sub.Scalar", .tensor(filled), .integer(BatchSize(inputs.queryCount)))
      places = try self.call("aten::add.Tensor", .tensor(places), .tensor(shift))
    }
    let distance = try self.call("aten::sub.Tensor", .tensor(keys), .tensor(places))
    let (before, behind) = (
      try call.integer("left_window_size", default: -1),
      try call.integer("right_window_size", default: -1)
    )
    var conditions: [LoweredValue] = []
    if try call.flag("is_causal") {
      conditions.append(try self.call("aten::le.Scalar", .tensor(distance), 0))
    }
    if before >= 0 {
      conditions.append(
        try self.call("aten::ge.Scalar", .tensor(distance), .integer(BatchSize(-before))))
    }
    if behind >= 0 {
      conditions.append(
        try self.call("aten::le.Scalar", .tensor(distance), .integer(BatchSize(behind))))
    }
    if let filled {
      conditions.append(try self.call("aten::lt.Tensor", .tensor(keys), .tensor(filled)))
    }
    guard var result = conditions.first else { return nil }
    for condition in conditions.dropFirst() {
      result = try self.call("aten::logical_and", .tensor(result), .tensor(condition))
    }
    return result
  }

  /// The values weighed by attention, and the products that the node shows if it is asked to.
  private mutating func weighedValues(
    _ call: Call, _ inputs: AttentionInputs, _ allowed: LoweredValue?
  ) throws(LoweringError) -> (LoweredValue, LoweredValue) {
    let type = inputs.query.elementType
    let root = inputs.scale.squareRoot()
    let left = try self.call("aten::mul.Scalar", .tensor(inputs.query), .real(root))
    let right = try self.call("aten::mul.Scalar", .tensor(inputs.key), .real(root))
    var scores = try self.call(
      "aten::matmul", .tensor(left),
      .tensor(try self.call("aten::transpose.int", .tensor(right), -2, -1)))
    var stages = [scores]
    let cap = try call.real("softcap", default: 0)
    if cap > 0 {
      let ratio = try self.call("aten::div.Scalar", .tensor(scores), .real(cap))
      scores = try self.call(
        "aten::mul.Scalar", .tensor(try self.call("aten::tanh", .tensor(ratio))), .real(cap))
    }
    stages.append(scores)
    if let mask = call.optional(3) {
      scores = try masked(scores, by: mask, keyCount: inputs.keyCount)
    }
    if let allowed { scores = try masked(scores, by: allowed, keyCount: inputs.keyCount) }
    stages.append(scores)
    let precision = try call.dataType("softmax_precision")?.dataType.map { ElementType($0) }
    // Who may look at nothing gets zeros.
    let weights = try converted(
      try self.call(
        "aten::_safe_softmax", .tensor(try converted(scores, to: precision ?? type)), -1),
      to: type)
    stages.append(weights)
    let mode = try call.integer("qk_matmul_output_mode", default: 0)
    guard stages.indices.contains(mode) else { throw failure("there is no output mode \(mode)") }
    return (
      try self.call("aten::matmul", .tensor(weights), .tensor(inputs.value)), stages[mode]
    )
  }

  private mutating func masked(
    _ scores: LoweredValue, by mask: LoweredValue, keyCount: Int
  ) throws(LoweringError) -> LoweredValue {
    guard let width = try sizes(of: mask).last?.fixed else {
      throw failure("how many keys its mask has depends on the batch")
    }
    let isTruth = mask.elementType == .bool
    var mask = mask
    if width > 1, width < keyCount {
      mask = try call(
        "aten::constant_pad_nd", .tensor(mask), [0, .init(keyCount - width)],
        isTruth ? .truth(false) : .real(-.infinity))
    }
    guard isTruth else { return try call("aten::add.Tensor", .tensor(scores), .tensor(mask)) }
    let isHidden = try call("aten::logical_not", .tensor(mask))
    return try call(
      "aten::masked_fill.Scalar", .tensor(scores), .tensor(isHidden), .real(-.infinity))
  }
}

// MARK: Positions

extension Lowering {
  /// Pairs of elements turned by angles that depend on the position.
  ///
  /// Source: Su and others 2021, “RoFormer: enhanced transformer with rotary position embedding”.
  fileprivate mutating func rotaryEmbedding(_ call: Call) throws(LoweringError) -> LoweredValue {
    let given = try call.input(0)
    let x = try heads(of: given, try call.integer("num_heads"))
    guard let size = try sizes(of: x).last?.fixed else { throw failure("its size is open") }
    let wanted = try call.integer("rotary_embedding_dim", default: 0)
    let turned = wanted == 0 ? size : wanted
    guard (1...max(size, 1)).contains(turned), turned.isMultiple(of: 2) else {
      throw failure("\(turned) of \(size) elements cannot be turned in pairs")
    }
    var waves: [LoweredValue] = []
    for index in [1, 2] {
      var wave = try call.input(index)
      if let positions = call.optional(3) {
        wave = try self.call("aten::index.Tensor", .tensor(wave), .optionalTensors([positions]))
      }
      waves.append(try self.call("aten::unsqueeze", .tensor(wave), 1))
    }
    let rotating = try self.call(
      "aten::slice.Tensor", .tensor(x), -1, 0, .integer(BatchSize(turned)))
    let isInterleaved = try call.flag("interleaved")
    // Pairs lie next to each other, or half of the elements apart.
    let shape: [Int] = isInterleaved ? [turned / 2, 2] : [2, turned / 2]
    let pairs = try self.call(
      "aten::unflatten.int", .tensor(rotating), -1, .integers(shape))
    let axis = Argument.integer(BatchSize(isInterleaved ? -1 : -2))
    let first = try self.call("aten::select.int", .tensor(pairs), axis, 0)
    let second = try self.call("aten::select.int", .tensor(pairs), axis, 1)
    func product(_ left: LoweredValue, _ right: LoweredValue) throws(LoweringError) -> LoweredValue
    { try self.call("aten::mul.Tensor", .tensor(left), .tensor(right)) }
    let real = try self.call(
      "aten::sub.Tensor", .tensor(try product(waves[0], first)),
      .tensor(try product(waves[1], second)))
    let imaginary = try self.call(
      "aten::add.Tensor", .tensor(try product(waves[1], first)),
      .tensor(try product(waves[0], second)))
    let both = try self.call("aten::stack", .tensors([real, imaginary]), axis)
    var result = try self.call("aten::flatten.using_ints", .tensor(both), -2, -1)
    if turned < size {
      let rest = try self.call(
        "aten::slice.Tensor", .tensor(x), -1, .integer(BatchSize(turned)))
      result = try self.call("aten::cat", .tensors([result, rest]), -1)
    }
    guard given.rank == 3 else { return result }
    let ordered = try self.call("aten::permute", .tensor(result), [0, 2, 1, 3])
    return try self.call("aten::flatten.using_ints", .tensor(ordered), 2, 3)
  }
}
