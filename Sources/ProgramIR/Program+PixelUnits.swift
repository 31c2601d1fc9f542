extension Program {
  /// Whether the program prepares its pixels as if they went from 0 to 255.
  ///
  /// What it does to them first is put together as a · x + b. A mean −b/a above 20 is no pixel between 0
  /// and 1; without a mean, a factor below 0.02 only fits pixels up to 255. A batch norm that comes first
  /// has its running mean. Where channels or pixels have numbers of their own, their median counts.
  public var preparesBytes: Bool {
    guard let input = userInputs.first, userInputs.count == 1 else { return false }
    var pixels: Set = [input.name]
    var (factor, shift) = (1.0, 0.0)
    for node in nodes where !pixels.isDisjoint(with: node.valuesRead) {
      guard node.operation.namespace == "aten", node.operation.name != "sym_size" else { continue }
      if Self.rearranging.contains(node.operation.name) {
        pixels.formUnion(node.valuesDefined)
        continue
      }
      if node.operation.name == "batch_norm" {
        return Self.fitsBytes(factor, shift - (node[argument: "running_mean"].flatMap(median) ?? 0))
      }
      guard let number = operand(of: node, beside: pixels) else { break }
      switch node.operation.name {
      case "add": shift += number
      case "sub": shift -= number
      case "mul": (factor, shift) = (factor * number, shift * number)
      case "div" where number != 0: (factor, shift) = (factor / number, shift / number)
      default: return Self.fitsBytes(factor, shift)
      }
      pixels.formUnion(node.valuesDefined)
    }
    return Self.fitsBytes(factor, shift)
  }

  /// Means of pixels up to 255 are above this one; those of scikit-learn's digits, up to 16, are not.
  private static let leastMeanOfBytes = 20.0

  private static func fitsBytes(_ factor: Double, _ shift: Double) -> Bool {
    guard factor != 0 else { return false }
    return shift == 0 ? abs(factor) < 0.02 : -shift / factor > Self.leastMeanOfBytes
  }

  /// Operators after which pixels are still pixels; those outside a range may be brought into it.
  private static let rearranging: Set = [
    "clamp", "clone", "constant_pad_nd", "contiguous", "flatten", "flip", "hardtanh",
    "index_select", "permute", "reshape", "to", "transpose", "view",
  ]

  /// The number that a call combines with the pixels; `nil` if it is not known, or combines nothing.
  private func operand(of node: Node, beside pixels: Set<String>) -> Double? {
    guard ["add", "sub", "mul", "div"].contains(node.operation.name) else { return nil }
    // Only pixels that come first are taken from, or divided.
    let isReversed = node[argument: "self"].map { pixels.isDisjoint(with: $0.valuesRead) } ?? true
    if isReversed, ["sub", "div"].contains(node.operation.name) { return nil }
    return node[argument: isReversed ? "self" : "other"].flatMap(median)
  }

  /// The median of the numbers that an argument is, if they are known.
  private func median(_ argument: Node.Argument) -> Double? {
    switch argument {
    case .real(.constant(let number)): return number
    case .integer(.constant(let number)): return Double(number)
    case .tensor(let name):
      guard let weight = inputs.first(where: { $0.name == name })?.weightName,
        let numbers = weights[weight]?.float32Elements?.sorted(), !numbers.isEmpty
      else { return nil }
      return Double(numbers[numbers.count / 2])
    default: return nil
    }
  }
}
