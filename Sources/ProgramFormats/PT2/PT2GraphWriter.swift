import Foundation
import ProgramIR

/// Turns a program into the JSON of `models/model.json`.
struct PT2GraphWriter {
  private let program: Program
  private let parameters: Set<String>

  /// A writer of one program, whose names Python understands.
  init(_ program: Program) {
    self.program = program
    parameters = Set(program.inputs.filter { $0.isParameter }.map(\.name))
  }

  /// The whole text.
  ///
  /// - Throws: ``FormatError`` of the reason `unsupported` if the type of a value is not known.
  func model() throws(FormatError) -> JSON {
    [
      "graph_module": [
        "graph": try graph(),
        "signature": [
          "input_specs": .list(program.inputs.map(\.specification)),
          "output_specs": .list(program.outputs.map(\.specification)),
        ],
        "module_call_graph": [
          [
            "fqn": "",
            "signature": [
              "inputs": [], "outputs": [], "in_spec": .text(inputTree),
              "out_spec": .text(outputTree),
              "forward_arg_names": .list(program.userInputs.map { .text($0.name) }),
            ],
          ]
        ],
        "metadata": [:], "treespec_namedtuple_fields": [:],
      ],
      "opset_version": ["aten": 10],
      "range_constraints": .object(ranges),
      "schema_version": [
        "major": .integer(PT2Schema.majorVersion), "minor": .integer(PT2Schema.minorVersion),
      ],
      "verifiers": ["TRAINING"], "torch_version": .text(program.torchVersion), "guards_code": [],
    ]
  }

  private func graph() throws(FormatError) -> JSON {
    [
      "inputs": .list(program.inputs.map { ["as_tensor": ["name": .text($0.name)]] }),
      "outputs": .list(program.outputs.map { JSON.value($0.name, of: program.scalars[$0.name]) }),
      "nodes": .list(program.nodes.map { $0.json(scalars: program.scalars) }),
      "tensor_values": .object(try tensorValues()),
      "sym_int_values": scalars(.integer), "sym_float_values": scalars(.real),
      "sym_bool_values": scalars(.truth), "custom_obj_values": [:],
      "is_single_tensor_return": false,
    ]
  }

  private func scalars(_ kind: ScalarType.Kind) -> JSON {
    .object(program.scalars.filter { $0.value.kind == kind }.mapValues(\.json))
  }

  /// The types of all tensors; those of weights are known from the weights.
  private func tensorValues() throws(FormatError) -> [String: JSON] {
    var values: [String: JSON] = [:]
    for input in program.inputs {
      if let weight = input.weightName.flatMap({ program.weights[$0] }) {
        values[input.name] = .tensor(
          weight.dataType, sizes: weight.sizes.map(TensorType.Dimension.fixed),
          strides: weight.strides.map(TensorType.Dimension.fixed), offset: weight.offset,
          isTrained: parameters.contains(input.name))
      } else {
        values[input.name] = try type(of: input.name)
      }
    }
    for node in program.nodes {
      for output in node.outputs {
        switch output {
        case .tensor(let name): values[name] = try type(of: name)
        case .tensors(let names):
          for name in names { values[name] = try type(of: name) }
        case .scalar(let name):
          if program.scalars[name] == nil { throw unknown(name) }
        case .none: break
        }
      }
    }
    return values
  }

  private func type(of name: String) throws(FormatError) -> JSON {
    guard let type = program.types[name] else { throw unknown(name) }
    return .tensor(
      type.dataType, sizes: type.sizes, strides: type.contiguousStrides, offset: 0,
      isTrained: false)
  }

  private func unknown(_ name: String) -> FormatError {
    FormatError(
      .unsupported,
      "the program does not say what “\(name)” is, which PyTorch wants to know of every value")
  }

  /// What every symbol of the program's sizes may be.
  private var ranges: [String: JSON] {
    let sizes = program.types.values.flatMap(\.sizes).compactMap { size -> String? in
      if case .dynamic(let text) = size { text } else { nil }
    }
    var ranges = program.symbolRanges
    for expression in Set(sizes + program.scalars.values.map(\.expression)) {
      for symbol in expression.symbols where ranges[symbol] == nil { ranges[symbol] = 1...Int.max }
    }
    return ranges.mapValues { range in
      [
        "min_val": .integer(range.lowerBound),
        "max_val": range.upperBound == .max ? .null : .integer(range.upperBound),
      ]
    }
  }

  /// How the caller's arguments are nested: a tuple of tensors and no keywords.
  private var inputTree: String {
    let leaves = program.userInputs.map { _ in Self.leaf }.joined(separator: ", ")
    return #"[1, {"type": "builtins.tuple", "context": "null", "children_spec": ["#
      + #"{"type": "builtins.tuple", "context": "null", "children_spec": [\#(leaves)]}, "#
      + #"{"type": "builtins.dict", "context": "[]", "children_spec": []}]}]"#
  }

  /// How the results are nested: one by itself, several in a tuple.
  private var outputTree: String {
    let results = program.results
    if results.count == 1 { return "[1, \(Self.leaf)]" }
    let leaves = results.map { _ in Self.leaf }.joined(separator: ", ")
    return #"[1, {"type": "builtins.tuple", "context": "null", "children_spec": [\#(leaves)]}]"#
  }

  private static let leaf = #"{"type": null, "context": null, "children_spec": []}"#
}

extension Program {
  /// The version of PyTorch that exported the program, or the last whose layout is known.
  fileprivate var torchVersion: String {
    let prefix = "torch "
    return producer.hasPrefix(prefix) ? String(producer.dropFirst(prefix.count)) : "2.13.0"
  }
}

extension TensorType {
  /// The distances between neighbours when nothing lies between them.
  fileprivate var contiguousStrides: [Dimension] {
    var stride: Dimension = .fixed(1)
    var strides: [Dimension] = []
    for size in sizes.reversed() {
      strides.append(stride)
      stride =
        switch (stride, size) {
        case (.fixed(let left), .fixed(let right)): .fixed(left * max(right, 1))
        case (.fixed(1), .dynamic(let text)), (.dynamic(let text), .fixed(1)): .dynamic(text)
        case (.fixed(let factor), .dynamic(let text)), (.dynamic(let text), .fixed(let factor)):
          .dynamic("\(factor)*(\(text))")
        case (.dynamic(let left), .dynamic(let right)): .dynamic("(\(left))*(\(right))")
        }
    }
    return strides.reversed()
  }
}

extension String {
  /// The symbols in an expression of sizes, which is `2*s77` or `Mul(Integer(2), Symbol('s77', …))`.
  fileprivate var symbols: [String] {
    let parts = components(separatedBy: "Symbol('")
    if parts.count > 1 {
      return parts.dropFirst().map { String($0.prefix { $0 != "'" }) }
    }
    // Names of functions such as Max start with a capital.
    return split { !($0.isLetter || $0.isNumber || $0 == "_") }
      .filter { $0.first?.isLowercase == true }.map(String.init)
  }
}
