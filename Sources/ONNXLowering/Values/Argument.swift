import TensorModule

/// What a call of an operator is given while a graph is lowered.
enum Argument {
  /// The schema's default.
  case absent
  /// Python's `None`.
  case none
  case tensor(LoweredValue)
  case tensors([LoweredValue])
  case optionalTensors([LoweredValue?])
  case integer(BatchSize)
  case integers([BatchSize])
  case real(Double)
  case reals([Double])
  case truth(Bool)
  case truths([Bool])
  case string(String)
  case type(ElementType)

  /// A tensor, or Python's `None`.
  static func optional(_ value: LoweredValue?) -> Argument { value.map { .tensor($0) } ?? .none }

  /// Known integers.
  static func integers(_ list: [Int]) -> Argument { .integers(list.map { BatchSize($0) }) }

  /// The tensors in it.
  var values: [LoweredValue] {
    switch self {
    case .tensor(let value): [value]
    case .tensors(let values): values
    case .optionalTensors(let values): values.compactMap(\.self)
    default: []
    }
  }

  /// The sizes in it.
  var sizes: [BatchSize] {
    switch self {
    case .integer(let size): [size]
    case .integers(let sizes): sizes
    default: []
    }
  }
}

extension Argument: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
  init(integerLiteral value: Int) { self = .integer(BatchSize(value)) }
  init(floatLiteral value: Double) { self = .real(value) }
  init(booleanLiteral value: Bool) { self = .truth(value) }
  init(arrayLiteral sizes: BatchSize...) { self = .integers(sizes) }
}
