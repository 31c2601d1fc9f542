extension Program {
  /// Whether the program prepares its pixels as if they went from 0 to 255.
  ///
  /// What it does to them first is put together as a · x + b, on every way that they take, and all of them must agree. A mean −b/a above 20
  /// is no pixel between 0 and 1; without a mean, a factor below 0.02 only fits pixels up to 255. A batch norm
  /// that comes first has its running mean. Where channels or pixels have numbers of their own, their median
  /// counts. Where a layer takes pixels as they are, they go up to 1.
  public var preparesBytes: Bool {
    guard let input = userInputs.first, userInputs.count == 1 else { return false }
    var lines = [input.name: PixelLine()]
    var ends: [PixelLine] = []
    for node in nodes {
      let read = node.valuesRead.compactMap { lines[$0] }
      guard !read.isEmpty, node.operation.namespace == "aten", node.operation.name != "sym_size"
      else { continue }
      if let line = line(after: node, of: read, among: lines) {
        for name in node.valuesDefined { lines[name] = line }
      } else if node.operation.name == "batch_norm" {
        let mean = node[argument: "running_mean"].flatMap(median) ?? 0
        ends.append(PixelLine(factor: read[0].factor, shift: read[0].shift - mean))
      } else {
        ends += read
      }
    }
    ends += results.compactMap { lines[$0.name] }
    return !ends.isEmpty && ends.allSatisfy(\.fitsBytes)
  }

  /// What a call makes of pixels; `nil` if no line, or if it is not known.
  private func line(
    after node: Node, of read: [PixelLine], among lines: [String: PixelLine]
  ) -> PixelLine? {
    let name = node.operation.name
    if Self.rearranging.contains(name) || isWeighing(node) {
      // Parts that are put together may have means of their own.
      return read.sorted { $0.mean < $1.mean }[read.count / 2]
    }
    guard read.count == 1, var line = read.first else { return nil }
    if name == "neg" { return PixelLine(factor: -line.factor, shift: -line.shift) }
    let isReversed = node[argument: "self"].map { $0.valuesRead.allSatisfy { lines[$0] == nil } }
    guard ["add", "sub", "mul", "div", "rsub"].contains(name), let isReversed,
      let number = node[argument: isReversed ? "self" : "other"].flatMap(median)
    else { return nil }
    switch name {
    case "add": line.shift += number
    case "mul": line = PixelLine(factor: line.factor * number, shift: line.shift * number)
    case "sub" where !isReversed: line.shift -= number
    case "sub", "rsub": line = PixelLine(factor: -line.factor, shift: number - line.shift)
    case "div" where !isReversed && number != 0:
      line = PixelLine(factor: line.factor / number, shift: line.shift / number)
    default: return nil
    }
    return line
  }

  /// Operators after which pixels are still pixels; those outside a range may be brought into it, and
  /// neighbours may be put together.
  private static let rearranging: Set = [
    "adaptive_avg_pool2d", "alias", "avg_pool2d", "cat", "chunk", "clamp", "clone",
    "constant_pad_nd", "contiguous", "detach", "expand", "flatten", "flip", "hardtanh",
    "index_select", "max_pool2d", "narrow", "permute", "pixel_unshuffle", "reflection_pad2d",
    "repeat", "replication_pad2d", "reshape", "select", "slice", "split", "split_with_sizes",
    "squeeze", "stack", "to", "transpose", "unbind", "unflatten", "unsqueeze", "upsample_bicubic2d",
    "upsample_bilinear2d", "upsample_nearest2d", "view",
  ]

  /// Whether a call multiplies pixels by a matrix of weights that sum to 1, which resizes them.
  private func isWeighing(_ node: Node) -> Bool {
    guard node.operation.name == "matmul" else { return false }
    for (argument, isLeft) in [("self", true), ("other", false)] {
      guard case .tensor(let name)? = node[argument: argument], let weight = constant(name),
        weight.sizes.count == 2, let numbers = weight.float32Elements
      else { continue }
      let (rows, columns) = (weight.sizes[0], weight.sizes[1])
      let (lists, length) = isLeft ? (rows, columns) : (columns, rows)
      return length > 0
        && (0..<lists).allSatisfy { list in
          let sum = (0..<length).reduce(Float(0)) { sum, place in
            sum + numbers[isLeft ? list * columns + place : place * columns + list]
          }
          return abs(sum - 1) < 1e-3
        }
    }
    return false
  }

  /// The weight that a value is, if it is one.
  private func constant(_ name: String) -> Weight? {
    inputs.first { $0.name == name }?.weightName.flatMap { weights[$0] }
  }

  /// The median of the numbers that an argument is, if they are known.
  private func median(_ argument: Node.Argument) -> Double? {
    switch argument {
    case .real(.constant(let number)): return number
    case .integer(.constant(let number)): return Double(number)
    case .tensor(let name):
      guard let numbers = constant(name)?.float32Elements?.sorted(), !numbers.isEmpty
      else { return nil }
      return Double(numbers[numbers.count / 2])
    default: return nil
    }
  }
}

/// Pixels to which nothing was done but a · x + b.
private struct PixelLine {
  /// a.
  var factor = 1.0
  /// b.
  var shift = 0.0

  /// The pixel that becomes 0.
  var mean: Double { factor == 0 ? 0 : -shift / factor }

  /// Means of pixels up to 255 are above this one; those of scikit-learn's digits, up to 16, are not.
  private static let leastMeanOfBytes = 20.0

  /// Whether pixels up to 255 are meant.
  var fitsBytes: Bool {
    guard factor != 0 else { return false }
    return shift == 0 ? abs(factor) < 0.02 : mean > Self.leastMeanOfBytes
  }
}
