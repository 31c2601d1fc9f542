import ProgramIR
import TensorModule

/// One call with its operator found, its arguments placed and its last uses known.
struct Instruction {
  /// What is done.
  enum Action {
    case call(Operator, [ArgumentPlan])
    case compute(SizeArithmetic, [ArgumentPlan])
  }

  /// What the call is called for people.
  let name: String
  let action: Action
  /// Where the results go; `nil` for a result that nobody reads.
  let results: [ResultPlan]
  /// Slots that nobody reads after this call.
  let releasedAfter: [Int]
}

/// Where the value of an argument comes from.
enum ArgumentPlan {
  case constant(Value)
  case slot(Int)
  case tensors([Int?])
  case integers([Element<Int>])
  case reals([Element<Double>])
  case truths([Element<Bool>])

  /// An element of a list: known, or in a slot.
  enum Element<Known> {
    case known(Known)
    case slot(Int)
  }
}

/// Where a result goes.
enum ResultPlan {
  case slot(Int)
  case slots([Int])
  case nowhere
}

extension ArgumentPlan {
  /// The value at the time of the call.
  func value(in slots: [Value]) -> Value {
    switch self {
    case .constant(let value): value
    case .slot(let slot): slots[slot]
    case .tensors(let list): .tensors(list.map { $0.flatMap { slots[$0].tensor } })
    case .integers(let list):
      .integers(
        list.map { element in
          switch element {
          case .known(let integer): integer
          case .slot(let slot): slots[slot].asInteger
          }
        })
    case .reals(let list):
      .reals(
        list.map { element in
          switch element {
          case .known(let real): real
          case .slot(let slot): slots[slot].asReal
          }
        })
    case .truths(let list):
      .truths(
        list.map { element in
          switch element {
          case .known(let truth): truth
          case .slot(let slot): slots[slot].asTruth
          }
        })
    }
  }
}

extension Value {
  /// A number computed from sizes as an integer; 0 for what is no number.
  var asInteger: Int {
    switch self {
    case .integer(let integer): integer
    case .truth(let truth): truth ? 1 : 0
    case .real(let real): Int(exactly: real.rounded(.towardZero)) ?? 0
    default: 0
    }
  }

  /// A number computed from sizes as a real one; 0 for what is no number.
  var asReal: Double {
    if case .real(let real) = self { real } else { Double(asInteger) }
  }

  /// The tensor, or a number computed from sizes as a scalar tensor.
  var asTensor: Tensor? {
    switch self {
    case .tensor(let tensor): tensor
    case .integer(let integer): Tensor.full([], Double(integer), type: .int64)
    case .real(let real): Tensor.full([], real)
    case .truth(let truth): Tensor.full([], truth ? 1 : 0, type: .bool)
    default: nil
    }
  }

  /// Whether a number computed from sizes is not zero.
  var asTruth: Bool { asReal != 0 }
}
