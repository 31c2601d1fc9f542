extension Program {
  /// Whether the program prepares its pixels as if they went from 0 to 255: it divides them by a number
  /// above 100, multiplies them by one below 0.02, or takes away a mean above 20, before anything else.
  public var preparesBytes: Bool {
    guard let input = userInputs.first, userInputs.count == 1 else { return false }
    var pixels: Set = [input.name]
    for node in nodes where !pixels.isDisjoint(with: node.valuesRead) {
      guard node.operation.namespace == "aten" else { continue }
      switch node.operation.name {
      case "permute", "transpose", "contiguous", "to", "reshape", "view", "flip", "clone",
        "flatten",
        "constant_pad_nd":
        pixels.formUnion(node.valuesDefined)
      case "add", "sub", "mul", "div":
        guard let size = meanMagnitude(of: node, beside: pixels) else { return false }
        switch node.operation.name {
        case "div" where size > 100, "mul" where size < 0.02 && size > 0, "sub" where size > 20,
          "add" where size > 20:
          return true
        default: pixels.formUnion(node.valuesDefined)
        }
      case "sym_size": continue
      default: return false
      }
    }
    return false
  }

  /// How large the numbers are that a call combines with the pixels; `nil` if they are not known.
  private func meanMagnitude(of node: Node, beside pixels: Set<String>) -> Double? {
    for argument in node.arguments where argument.name == "self" || argument.name == "other" {
      switch argument.value {
      case .real(.constant(let number)): return abs(number)
      case .integer(.constant(let number)): return abs(Double(number))
      case .tensor(let name) where !pixels.contains(name):
        guard let weight = inputs.first(where: { $0.name == name })?.weightName,
          let numbers = weights[weight]?.float32Elements, !numbers.isEmpty
        else { return nil }
        return numbers.reduce(0) { $0 + abs(Double($1)) } / Double(numbers.count)
      default: continue
      }
    }
    return nil
  }
}
