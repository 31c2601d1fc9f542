extension Program {
  /// Whether the program prepares its pixels as if they went from 0 to 255.
  ///
  /// What it does to them first is put together as a · (x − mean), on every way that they take, and all of
  /// them must agree. A mean above 20 is no pixel between 0 and 1; otherwise a factor below 0.02 only fits
  /// pixels up to 255, unless the mean is one of pixels between 0 and 1. A batch norm that comes first has its
  /// running mean. Where channels or pixels have numbers of their own, their largest mean counts, because most
  /// pixels of digits are nearly always black, and the median of their factors. Where a layer takes pixels as
  /// they are, they go up to 1, unless they are cut at 255. Comparisons say something only if they are with
  /// numbers that bytes alone reach. Scales of both signs were learned.
  public var preparesBytes: Bool {
    guard let input = userInputs.first, userInputs.count == 1 else { return false }
    var lines = [input.name: PixelLine()]
    var ends: [PixelLine] = []
    var detached: [String: Node.Argument] = [:]
    var zeros: Set<String> = []
    let chosen = chosenConstants
    for node in nodes {
      let read = node.valuesRead.compactMap { lines[$0] }
      guard !read.isEmpty, node.operation.namespace == "aten",
        !Self.silent.contains(node.operation.name)
      else { continue }
      if Self.comparing.contains(node.operation.name) {
        // Without a number of bytes it says nothing.
        var line = read[0]
        for argument in node.arguments.map(\.value) {
          line.compare(with: numbers(chosen[argument] ?? argument, zeros) ?? [])
        }
        if line.fitsBytes { ends.append(line) }
        continue
      }
      if node.operation.name == "detach" {
        for name in node.valuesDefined { detached[name] = node[argument: "self"] }
      }
      if node.operation.name == "sub", case .tensor(let other)? = node[argument: "other"],
        let original = detached[other], original == node[argument: "self"]
      {
        // Rounding adds this to pass gradients on.
        zeros.formUnion(node.valuesDefined)
      } else if let line = line(after: node, of: read, among: lines, zeros) {
        for name in node.valuesDefined { lines[name] = line }
      } else if node.operation.name == "batch_norm" {
        var line = read[0]
        if let means = node[argument: "running_mean"].flatMap({ numbers($0, zeros) }) {
          line.add(means.map { -$0 })
        }
        if let variances = node[argument: "running_var"].flatMap({ numbers($0, zeros) }) {
          line.spread(over: variances)
        }
        ends.append(line)
      } else {
        ends += read
      }
    }
    ends += results.compactMap { lines[$0.name] }
    return !ends.isEmpty && ends.allSatisfy(\.fitsBytes)
  }

  /// What a call makes of pixels; `nil` if no line, or if it is not known.
  private func line(
    after node: Node, of read: [PixelLine], among lines: [String: PixelLine], _ zeros: Set<String>
  ) -> PixelLine? {
    let name = node.operation.name
    if Self.rearranging.contains(name) || isWeighing(node) {
      // Parts that are put together may have means of their own.
      var line = read.sorted { $0.mean < $1.mean }[read.count / 2]
      for bound in ["max", "max_val"].compactMap({ node[argument: $0] }) {
        line.cut(at: numbers(bound, zeros) ?? [])
      }
      return line
    }
    guard read.count == 1, var line = read.first else { return nil }
    if name == "neg" {
      line.multiply(by: [-1])
      return line
    }
    let isReversed = node[argument: "self"].map { $0.valuesRead.allSatisfy { lines[$0] == nil } }
    guard let isReversed,
      let numbers = node[argument: isReversed ? "self" : "other"].flatMap({ numbers($0, zeros) })
    else { return nil }
    switch name {
    // Those outside a range are brought into it.
    case "maximum": break
    case "minimum": line.cut(at: numbers)
    // Scales of both signs were learned, and are a layer.
    case "mul" where !Self.areOfBothSigns(numbers): line.multiply(by: numbers)
    case "div" where !isReversed && !numbers.contains(0) && !Self.areOfBothSigns(numbers):
      line.multiply(by: numbers.map { 1 / $0 })
    case "add": line.add(numbers)
    case "sub" where !isReversed: line.add(numbers.map { -$0 })
    case "sub", "rsub":
      line.multiply(by: [-1])
      line.add(numbers)
    default: return nil
    }
    return line
  }

  private static func areOfBothSigns(_ numbers: [Double]) -> Bool {
    numbers.contains { $0 > 0 } && numbers.contains { $0 < 0 }
  }

  /// Operators whose results are no pixels and that need none in a range of their own.
  private static let silent: Set = ["isnan", "sym_size"]

  /// Operators that say which pixels are above or below something.
  private static let comparing: Set = ["eq", "ge", "gt", "le", "lt", "ne"]

  /// What is taken out of weights, such as the limits of trees, with the weights.
  private var chosenConstants: [Node.Argument: Node.Argument] {
    var chosen: [Node.Argument: Node.Argument] = [:]
    for node in nodes where node.operation == OperatorName("take") {
      for name in node.valuesDefined { chosen[.tensor(name)] = node[argument: "self"] }
    }
    return chosen
  }

  /// Operators after which pixels are still pixels; those outside a range may be brought into it, those between
  /// whole numbers may be rounded, and neighbours may be put together.
  private static let rearranging: Set = [
    "adaptive_avg_pool2d", "alias", "avg_pool2d", "cat", "ceil", "chunk", "clamp", "clamp_max",
    "clamp_min", "clone", "constant_pad_nd", "contiguous", "detach", "expand", "flatten", "flip",
    "floor", "gather", "hardtanh", "index_select", "masked_fill", "max_pool2d", "movedim", "narrow",
    "permute", "pixel_unshuffle", "reflection_pad2d", "repeat", "replication_pad2d", "reshape",
    "round", "select", "slice", "split", "split_with_sizes", "squeeze", "stack", "to", "transpose",
    "trunc", "unbind", "unflatten", "unsqueeze", "upsample_bicubic2d", "upsample_bilinear2d",
    "upsample_nearest2d", "view",
  ]

  /// Whether a call multiplies pixels by a matrix of weights that sum to 1, which resizes them.
  private func isWeighing(_ node: Node) -> Bool {
    let matrices: [(argument: String, isLeft: Bool)]
    switch node.operation.name {
    case "matmul": matrices = [("self", true), ("other", false)]
    case "linear" where node[argument: "bias"]?.valuesRead.isEmpty ?? true:
      matrices = [("weight", true)]
    default: return false
    }
    for (argument, isLeft) in matrices {
      guard case .tensor(let name)? = node[argument: argument], let weight = constant(name),
        weight.sizes.count == 2, weight.elementCount <= Self.largestWeighing,
        let numbers = weight.numbers
      else { continue }
      let (rows, columns) = (weight.sizes[0], weight.sizes[1])
      let (lists, length) = isLeft ? (rows, columns) : (columns, rows)
      return length > 0
        && (0..<lists).allSatisfy { list in
          let sum = (0..<length).reduce(0.0) { sum, place in
            sum + numbers[isLeft ? list * columns + place : place * columns + list]
          }
          return abs(sum - 1) < 1e-3
        }
    }
    return false
  }

  /// Larger matrices are layers, and reading them takes long.
  private static let largestWeighing = 1 << 24

  /// The weight that a value is, if it is one.
  private func constant(_ name: String) -> Weight? {
    inputs.first { $0.name == name }?.weightName.flatMap { weights[$0] }
  }

  /// The numbers that an argument is, if they are known and there are any.
  private func numbers(_ argument: Node.Argument, _ zeros: Set<String>) -> [Double]? {
    switch argument {
    case .real(.constant(let number)): return [number]
    case .integer(.constant(let number)): return [Double(number)]
    case .tensor(let name) where zeros.contains(name): return [0]
    case .tensor(let name):
      guard let numbers = constant(name)?.numbers, !numbers.isEmpty else { return nil }
      return numbers
    default: return nil
    }
  }
}
