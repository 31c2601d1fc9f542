import ProgramIR

extension Program.Input {
  var isParameter: Bool { if case .parameter = source { true } else { false } }

  /// Where the value comes from, as the signature says it.
  var specification: JSON {
    let argument: JSON = ["name": .text(name)]
    return switch source {
    case .user: ["user_input": ["arg": ["as_tensor": argument]]]
    case .parameter(let full): ["parameter": ["arg": argument, "parameter_name": .text(full)]]
    case .buffer(let full):
      ["buffer": ["arg": argument, "buffer_name": .text(full), "persistent": true]]
    case .constant(let full):
      ["tensor_constant": ["arg": argument, "tensor_constant_name": .text(full)]]
    }
  }
}

extension Program.Output {
  /// What the value is for, as the signature says it.
  var specification: JSON {
    switch purpose {
    case .result: ["user_output": ["arg": ["as_tensor": ["name": .text(name)]]]]
    case .bufferUpdate(let full):
      ["buffer_mutation": ["arg": ["name": .text(name)], "buffer_name": .text(full)]]
    }
  }
}

extension Node {
  /// The call, in a program with these numbers.
  func json(scalars: [String: ScalarType]) -> JSON {
    [
      "target": .text(operation.exported), "name": .text(name),
      "inputs": .list(
        arguments.map { ["name": .text($0.name), "arg": $0.value.json, "kind": .null] }),
      "outputs": .list(outputs.map { $0.json(scalars: scalars) }), "metadata": [:],
      "is_hop_single_tensor_return": .null,
    ]
  }
}

extension OperatorName {
  /// The name that an exported program writes, such as `torch.ops.aten.relu.default`.
  fileprivate var exported: String {
    ["_operator", "math", "torch"].contains(namespace)
      ? "\(namespace).\(name)"
      : "torch.ops.\(namespace).\(name).\(overload.isEmpty ? "default" : overload)"
  }
}

extension Node.Output {
  fileprivate func json(scalars: [String: ScalarType]) -> JSON {
    switch self {
    case .tensor(let name): .value(name, of: nil)
    case .tensors(let names): ["as_tensors": .list(names.map { ["name": .text($0)] })]
    case .scalar(let name): .value(name, of: scalars[name])
    case .none: ["as_none": []]
    }
  }
}

extension Node.Argument {
  /// The argument with its kind.
  fileprivate var json: JSON {
    switch self {
    case .none: ["as_none": true]
    case .tensor(let name): ["as_tensor": ["name": .text(name)]]
    case .tensors(let names): ["as_tensors": .list(names.map { ["name": .text($0)] })]
    case .optionalTensors(let names):
      [
        "as_optional_tensors": .list(
          names.map { $0.map { ["as_tensor": ["name": .text($0)]] } ?? ["as_none": true] })
      ]
    case .integer(.constant(let value)): ["as_int": .integer(value)]
    case .integer(.value(let name)): ["as_sym_int": ["as_name": .text(name)]]
    case .integers(let values): values.json(plain: "as_ints", symbolic: "as_sym_ints", "as_int")
    case .real(.constant(let value)): ["as_float": .number(value)]
    case .real(.value(let name)): ["as_sym_float": ["as_name": .text(name)]]
    case .reals(let values): values.json(plain: "as_floats", symbolic: "as_sym_floats", "as_float")
    case .truth(.constant(let value)): ["as_bool": .truth(value)]
    case .truth(.value(let name)): ["as_sym_bool": ["as_name": .text(name)]]
    case .truths(let values): values.json(plain: "as_bools", symbolic: "as_sym_bools", "as_bool")
    case .string(let text): ["as_string": .text(text)]
    case .strings(let texts): ["as_strings": .list(texts.map(JSON.text))]
    case .dataType(let type): ["as_scalar_type": .integer(type.rawValue)]
    case .layout(let layout): ["as_layout": .integer(layout.rawValue)]
    case .memoryFormat(let format): ["as_memory_format": .integer(format.rawValue)]
    case .device(let name):
      ["as_device": .device(name)]
    }
  }
}

/// An element of a list that may be computed.
private protocol Element {
  var name: String? { get }
  var constant: JSON? { get }
}

extension Node.Argument.Integer: Element {
  fileprivate var constant: JSON? {
    if case .constant(let value) = self { .integer(value) } else { nil }
  }
}

extension Node.Argument.Real: Element {
  fileprivate var constant: JSON? {
    if case .constant(let value) = self { .number(value) } else { nil }
  }
}

extension Node.Argument.Truth: Element {
  fileprivate var constant: JSON? {
    if case .constant(let value) = self { .truth(value) } else { nil }
  }
}

extension Array where Element: ProgramFormats.Element {
  /// A plain list if all elements are known, or else one that says of each what it is.
  fileprivate func json(plain: String, symbolic: String, _ kind: String) -> JSON {
    let constants = compactMap(\.constant)
    if constants.count == count { return .object([plain: .list(constants)]) }
    return .object([
      symbolic: .list(
        map { element in
          if let name = element.name { return ["as_name": .text(name)] }
          return .object([kind: element.constant ?? .null])
        })
    ])
  }
}

extension JSON {
  /// A real number; Python's words stand for those that JSON has no word for.
  fileprivate static func number(_ value: Double) -> JSON {
    if value.isNaN { return "NaN" }
    return value.isInfinite ? (value > 0 ? "Infinity" : "-Infinity") : .real(value)
  }

  fileprivate static func device(_ name: String) -> JSON {
    let parts = name.split(separator: ":")
    return [
      "type": .text(parts.first.map(String.init) ?? name),
      "index": parts.count == 2 ? Int(parts[1]).map(JSON.integer) ?? .null : .null,
    ]
  }

  /// A size that is known, or an expression without an example of its value.
  static func size(_ dimension: TensorType.Dimension) -> JSON {
    switch dimension {
    case .fixed(let size): ["as_int": .integer(size)]
    case .dynamic(let text): ["as_expr": ["expr_str": .text(text), "hint": .null]]
    }
  }

  /// What is known of a tensor.
  static func tensor(
    _ dataType: DataType, sizes: [TensorType.Dimension], strides: [TensorType.Dimension],
    offset: Int, isTrained: Bool
  ) -> JSON {
    [
      "dtype": .integer(dataType.rawValue), "sizes": .list(sizes.map(JSON.size)),
      "strides": .list(strides.map(JSON.size)), "storage_offset": ["as_int": .integer(offset)],
      "requires_grad": .truth(isTrained), "device": .device("cpu"),
      "layout": .integer(Node.Argument.Layout.strided.rawValue),
    ]
  }

  /// A value by its name: a tensor, unless it is a number of some type.
  static func value(_ name: String, of type: ScalarType?) -> JSON {
    let name: JSON = .text(name)
    return switch type?.kind {
    case nil: ["as_tensor": ["name": name]]
    case .integer: ["as_sym_int": ["as_name": name]]
    case .real: ["as_sym_float": ["as_name": name]]
    case .truth: ["as_sym_bool": ["as_name": name]]
    }
  }
}

extension ScalarType {
  /// The expression without an example of its value, or the number itself.
  var json: JSON {
    if kind == .integer, let number = Int(expression) { return ["as_int": .integer(number)] }
    if kind == .real, let number = Double(expression) { return ["as_float": .number(number)] }
    if kind == .truth, let truth = Bool(expression) { return ["as_bool": .truth(truth)] }
    return ["as_expr": ["expr_str": .text(expression), "hint": .null]]
  }
}
