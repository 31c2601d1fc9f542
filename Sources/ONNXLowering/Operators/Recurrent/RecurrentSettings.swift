import ProgramFormats

/// What a node says of a recurrent layer.
struct RecurrentSettings {
  /// The kinds of layers.
  enum Kind {
    /// Elman's network, without gates.
    case plain
    /// GRU (Cho et al. 2014).
    case gated
    /// LSTM (Hochreiter and Schmidhuber 1997).
    case longShortTerm

    /// How many rows the weights have for each hidden number.
    var gateCount: Int {
      switch self {
      case .plain: 1
      case .gated: 3
      case .longShortTerm: 4
      }
    }

    fileprivate var usualFunctions: [String] {
      switch self {
      case .plain: ["Tanh"]
      case .gated: ["Sigmoid", "Tanh"]
      case .longShortTerm: ["Sigmoid", "Tanh", "Tanh"]
      }
    }
  }

  /// One pass over the input.
  struct Direction {
    let isReversed: Bool
    /// The engine's functions of the gates, of what is new and of what is shown, as far as there are any.
    let functions: [String]
  }

  let kind: Kind
  let directions: [Direction]
  /// Whether the batch comes before the steps.
  let isBatchFirst: Bool
  /// Whether the reset gate of a GRU works on the product with the weights, and not before it.
  let resetsProduct: Bool
  /// Which inputs are the states at first: hidden ones, and those of the cells of an LSTM.
  var initialStates: [Int] { kind == .longShortTerm ? [5, 6] : [5] }

  /// - Throws: ``LoweringError`` where a setting is not supported.
  init(_ kind: Kind, of call: Call) throws(LoweringError) {
    self.kind = kind
    isBatchFirst = try call.flag("layout")
    resetsProduct = try call.flag("linear_before_reset")
    guard try !call.flag("input_forget") else {
      throw call.failure("the setting input_forget is not supported")
    }
    guard try call.real("clip") == nil else {
      throw call.failure("the setting clip is not supported")
    }
    let isReversed: [Bool]
    switch try call.string("direction") ?? "forward" {
    case "forward": isReversed = [false]
    case "reverse": isReversed = [true]
    case "bidirectional": isReversed = [false, true]
    case let word: throw call.failure("there is no direction \(word)")
    }
    let usual = kind.usualFunctions
    var names = isReversed.flatMap { _ in usual }
    if case .strings(let given)? = call.node.attributes["activations"] { names = given }
    guard names.count == usual.count * isReversed.count else {
      throw call.failure("its activations do not fit its directions")
    }
    let functions = try names.map { name throws(LoweringError) in
      guard let function = Self.functions[name.lowercased()] else {
        throw call.failure("the activation \(name) is not supported")
      }
      return function
    }
    directions = isReversed.enumerated().map { place, isReversed in
      Direction(
        isReversed: isReversed,
        functions: Array(functions[place * usual.count..<(place + 1) * usual.count]))
    }
  }

  private static let functions = [
    "relu": "aten::relu", "sigmoid": "aten::sigmoid", "tanh": "aten::tanh",
  ]
}
