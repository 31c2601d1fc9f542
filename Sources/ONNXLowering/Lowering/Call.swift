import ProgramFormats
import TensorModule

/// A node with its inputs, as the function that lowers its operator sees it.
struct Call {
  let node: ONNXNode
  /// One value for each input; nothing for an optional one that is left out.
  let inputs: [LoweredValue?]
  /// The version of the operator set that the node follows.
  let version: Int

  /// How many results are wanted.
  var resultCount: Int { node.outputs.count }

  /// Whether somebody wants a result.
  func wants(result index: Int) -> Bool {
    node.outputs.indices.contains(index) && !node.outputs[index].isEmpty
  }

  /// An input that there may be.
  func optional(_ index: Int) -> LoweredValue? {
    inputs.indices.contains(index) ? inputs[index] : nil
  }

  /// An input that there must be.
  func input(_ index: Int) throws(LoweringError) -> LoweredValue {
    guard let value = optional(index) else { throw failure("its input \(index + 1) is missing") }
    return value
  }

  /// All inputs, where none may be left out.
  func allInputs() throws(LoweringError) -> [LoweredValue] {
    let values = inputs.compactMap(\.self)
    guard values.count == inputs.count, !values.isEmpty else {
      throw failure("an input is missing")
    }
    return values
  }

  /// An error of this node.
  func failure(_ reason: String) -> LoweringError {
    LoweringError(node: node.name, operation: node.spelledOperation, reason: reason)
  }
}

// MARK: Settings

extension Call {
  /// Whether the node gives a setting.
  func has(_ name: String) -> Bool { node.attributes[name] != nil }

  /// A whole number.
  func integer(_ name: String) throws(LoweringError) -> Int? {
    switch node.attributes[name] {
    case nil: return nil
    case .integer(let value): return value
    default: throw wrongKind(name)
    }
  }

  /// A whole number, or its default.
  func integer(_ name: String, default value: Int) throws(LoweringError) -> Int {
    try integer(name) ?? value
  }

  /// Whether a setting is on.
  func flag(_ name: String, default value: Bool = false) throws(LoweringError) -> Bool {
    try integer(name).map { $0 != 0 } ?? value
  }

  /// A real number.
  func real(_ name: String) throws(LoweringError) -> Double? {
    switch node.attributes[name] {
    case nil: return nil
    case .real(let value): return value
    case .integer(let value): return Double(value)
    default: throw wrongKind(name)
    }
  }

  /// A real number, or its default.
  func real(_ name: String, default value: Double) throws(LoweringError) -> Double {
    try real(name) ?? value
  }

  /// A word.
  func string(_ name: String) throws(LoweringError) -> String? {
    switch node.attributes[name] {
    case nil: return nil
    case .string(let value): return value
    default: throw wrongKind(name)
    }
  }

  /// A list of whole numbers.
  func integers(_ name: String) throws(LoweringError) -> [Int]? {
    switch node.attributes[name] {
    case nil: return nil
    case .integers(let list): return list
    case .integer(let value): return [value]
    case .reals(let list) where list.isEmpty: return []
    default: throw wrongKind(name)
    }
  }

  /// A list of real numbers.
  func reals(_ name: String) throws(LoweringError) -> [Double]? {
    switch node.attributes[name] {
    case nil: return nil
    case .reals(let list): return list
    case .real(let value): return [value]
    case .integers(let list): return list.map(Double.init)
    default: throw wrongKind(name)
    }
  }

  /// A graph inside the node.
  func graph(_ name: String) throws(LoweringError) -> ONNXGraph {
    guard case .graph(let graph)? = node.attributes[name] else { throw wrongKind(name) }
    return graph
  }

  private func wrongKind(_ name: String) -> LoweringError {
    failure("its setting \(name) is missing or of the wrong kind")
  }
}
