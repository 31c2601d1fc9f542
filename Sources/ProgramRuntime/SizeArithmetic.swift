import ProgramIR
import TensorModule

/// Python's arithmetic on sizes, which exported programs contain as calls of `_operator` and `math`.
enum SizeArithmetic: String {
  case add, sub, mul, floordiv, truediv, mod, pow, neg
  case eq, ne, lt, le, gt, ge
  case and = "and_"
  case or = "or_"
  case not = "not_"
  case ceil, floor, trunc
  case max = "sym_max"
  case min = "sym_min"
  case float = "sym_float"
  case int = "sym_int"

  /// The arithmetic that a call names, or nothing if it is no arithmetic.
  init?(_ name: OperatorName) {
    guard ["_operator", "math", "torch"].contains(name.namespace) else { return nil }
    self.init(rawValue: name.name)
  }

  /// How many operands there are.
  var operandCount: Int {
    switch self {
    case .neg, .not, .ceil, .floor, .trunc, .float, .int: 1
    default: 2
    }
  }

  /// The result, or nothing where Python would raise an error, such as on division by zero.
  func callAsFunction(_ operands: [Value]) -> Value? {
    let first = operands[0]
    let second = operands.count > 1 ? operands[1] : .integer(0)
    let isReal = [first, second].contains { if case .real = $0 { true } else { false } }
    return isReal ? reals(first.asReal, second.asReal) : integers(first.asInteger, second.asInteger)
  }

  private func integers(_ a: Int, _ b: Int) -> Value? {
    switch self {
    case .add: checked(a.addingReportingOverflow(b))
    case .sub: checked(a.subtractingReportingOverflow(b))
    case .mul: checked(a.multipliedReportingOverflow(by: b))
    case .neg: checked(0.subtractingReportingOverflow(a))
    case .floordiv: dividing(a, b).map { .integer($0.quotient) }
    case .mod: dividing(a, b).map { .integer($0.remainder) }
    case .ceil, .floor, .trunc, .int: .integer(a)
    case .max: .integer(Swift.max(a, b))
    case .min: .integer(Swift.min(a, b))
    case .and: .truth(a != 0 && b != 0)
    case .or: .truth(a != 0 || b != 0)
    case .not: .truth(a == 0)
    case .eq: .truth(a == b)
    case .ne: .truth(a != b)
    case .lt: .truth(a < b)
    case .le: .truth(a <= b)
    case .gt: .truth(a > b)
    case .ge: .truth(a >= b)
    case .pow: power(a, b)
    case .truediv, .float: reals(Double(a), Double(b))
    }
  }

  private func reals(_ a: Double, _ b: Double) -> Value? {
    switch self {
    case .add: .real(a + b)
    case .sub: .real(a - b)
    case .mul: .real(a * b)
    case .neg: .real(-a)
    case .truediv: b == 0 ? nil : .real(a / b)
    case .floordiv: b == 0 ? nil : .real((a / b).rounded(.down))
    case .mod: b == 0 ? nil : .real(a - b * (a / b).rounded(.down))
    case .max: .real(Swift.max(a, b))
    case .min: .real(Swift.min(a, b))
    case .ceil: Int(exactly: a.rounded(.up)).map { .integer($0) }
    case .floor: Int(exactly: a.rounded(.down)).map { .integer($0) }
    case .trunc, .int: Int(exactly: a.rounded(.towardZero)).map { .integer($0) }
    case .float: .real(a)
    case .eq: .truth(a == b)
    case .ne: .truth(a != b)
    case .lt: .truth(a < b)
    case .le: .truth(a <= b)
    case .gt: .truth(a > b)
    case .ge: .truth(a >= b)
    case .and, .or, .not, .pow: nil
    }
  }

  private func checked(_ result: (partialValue: Int, overflow: Bool)) -> Value? {
    result.overflow ? nil : .integer(result.partialValue)
  }

  /// Division that rounds down, as Python's does.
  private func dividing(_ a: Int, _ b: Int) -> (quotient: Int, remainder: Int)? {
    guard b != 0, !(a == .min && b == -1) else { return nil }
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    let crosses = remainder != 0 && (remainder < 0) != (b < 0)
    return crosses ? (quotient - 1, remainder + b) : (quotient, remainder)
  }

  private func power(_ base: Int, _ exponent: Int) -> Value? {
    guard (0...64).contains(exponent) else { return nil }
    var result = 1
    for _ in 0..<exponent {
      let (product, overflows) = result.multipliedReportingOverflow(by: base)
      if overflows { return nil }
      result = product
    }
    return .integer(result)
  }
}
