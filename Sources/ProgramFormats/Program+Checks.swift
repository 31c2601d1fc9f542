import ProgramIR

extension Program {
  /// Refuses a program that could not run: calls out of order, values without an origin or with
  /// two, values read as another kind than they are.
  func check() throws(FormatError) {
    var definitions = Definitions()
    for input in inputs {
      try definitions.define(input.name, as: types[input.name] == nil ? .any : .tensor)
    }
    for node in nodes {
      for argument in node.arguments {
        try definitions.check(argument.value, place: "call '\(node.name)'")
      }
      for output in node.outputs { try definitions.define(output) }
    }
    let buffers = Set(inputs.compactMap(\.weightName))
    for output in outputs {
      try definitions.check(output.name, is: .any, place: "the program's output")
      if case .bufferUpdate(let buffer) = output.purpose, !buffers.contains(buffer) {
        throw FormatError(
          .malformed, "the program updates '\(buffer)', which it does not have; export it again")
      }
    }
  }
}

/// The values that exist at some point of a program.
private struct Definitions {
  enum Kind { case tensor, scalar, any }

  private var kinds: [String: Kind] = [:]

  mutating func define(_ name: String, as kind: Kind) throws(FormatError) {
    guard kinds.updateValue(kind, forKey: name) == nil else {
      throw FormatError(.malformed, "value '\(name)' is defined twice; export the model again")
    }
  }

  mutating func define(_ output: Node.Output) throws(FormatError) {
    switch output {
    case .tensor(let name): try define(name, as: .tensor)
    case .tensors(let names): for name in names { try define(name, as: .tensor) }
    case .scalar(let name): try define(name, as: .scalar)
    case .none: break
    }
  }

  func check(_ argument: Node.Argument, place: String) throws(FormatError) {
    let kind: Kind =
      switch argument {
      case .tensor, .tensors, .optionalTensors: .tensor
      default: .scalar
      }
    for name in argument.valuesRead { try check(name, is: kind, place: place) }
  }

  func check(_ name: String, is expected: Kind, place: String) throws(FormatError) {
    guard let kind = kinds[name] else {
      throw FormatError(
        .malformed,
        "\(place) reads '\(name)', which nothing before it defines; export the model again")
    }
    guard kind == expected || kind == .any || expected == .any else {
      throw FormatError(
        .malformed,
        "\(place) reads '\(name)' as another kind of value than it is; export the model again")
    }
  }
}
