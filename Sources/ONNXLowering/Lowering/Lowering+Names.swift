import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// What values are called in the program.
extension Lowering {
  /// Turns lists of sizes among the arguments into tensors.
  mutating func materialize(_ argument: inout Argument) throws(LoweringError) {
    switch argument {
    case .tensor(let value): argument = .tensor(try materialized(value))
    case .tensors(let values):
      argument = .tensors(
        try values.map { value throws(LoweringError) in try materialized(value) })
    case .optionalTensors(let values):
      argument = .optionalTensors(
        try values.map { value throws(LoweringError) in
          guard let value else { return nil }
          return try materialized(value)
        })
    default: break
    }
  }

  /// The value as a tensor of the program, if it was a list of sizes.
  mutating func materialized(_ value: LoweredValue) throws(LoweringError) -> LoweredValue {
    guard case .sizes(let list) = value.content else {
      if case .sequence = value.content {
        throw failure("a tensor is wanted where there is a list of tensors")
      }
      return value
    }
    if let tensor = known(value) { return constant(tensor) }
    var elements: [LoweredValue] = []
    for size in list.elements {
      elements.append(try call("aten::scalar_tensor", .integer(size), .type(.int64)))
    }
    return list.isScalar ? elements[0] : try call("aten::stack", .tensors(elements), 0)
  }

  /// The name of a value in the program; constants become weights of it.
  mutating func name(of value: LoweredValue) throws(LoweringError) -> String {
    switch value.content {
    case .traced(let traced): return traced.name
    case .constant(let constant): return try name(of: constant, as: value.standsFor)
    case .sizes, .sequence: throw failure("a tensor is wanted")
    }
  }

  private mutating func name(
    of constant: LoweredConstant, as type: ONNXDataType?
  ) throws(LoweringError) -> String {
    if let name = constantNames[constant.identity] { return name }
    let isTrained = constant.origin?.isTrainable ?? false
    var full = constant.origin?.name ?? "constants.\(constantNames.count)"
    while !weightNames.insert(full).inserted { full += "_" }
    let name = newName((isTrained ? "p_" : "c_") + full)
    let source: Program.Input.Source =
      isTrained ? .parameter(full) : constant.origin == nil ? .constant(full) : .buffer(full)
    program.inputs.append(Program.Input(name: name, source: source))
    program.weights[full] = Weight(constant.tensor)
    if let entry = constant.memory { keptMemory.append(entry) }
    program.types[name] = TensorType(
      dataType: DataType(constant.tensor.elementType),
      sizes: constant.tensor.shape.map { .fixed($0) })
    constantNames[constant.identity] = name
    return name
  }

  /// An integer of a call; one that depends on the batch is computed from the size of the input.
  mutating func integer(_ size: BatchSize) throws(LoweringError) -> Node.Argument.Integer {
    if let fixed = size.fixed { return .constant(fixed) }
    if let name = sizeNames[size] { return .value(name) }
    let batch = BatchSize(perPicture: 1, constant: 0)
    let name: String
    if size == batch {
      guard let batchHolder else { throw failure("nothing tells the size of the batch") }
      name = define(
        size, OperatorName("sym_size", overload: "int"),
        [
          .init("self", .tensor(batchHolder.name)),
          .init("dim", .integer(.constant(batchHolder.dimension))),
        ])
    } else if size.constant == 0 {
      name = define(
        size, OperatorName(namespace: "_operator", "mul"),
        [
          .init("a", .integer(try integer(batch))),
          .init("b", .integer(.constant(size.perPicture))),
        ])
    } else {
      let product = BatchSize(perPicture: size.perPicture, constant: 0)
      name = define(
        size, OperatorName(namespace: "_operator", "add"),
        [
          .init("a", .integer(try integer(product))),
          .init("b", .integer(.constant(size.constant))),
        ])
    }
    return .value(name)
  }

  private mutating func define(
    _ size: BatchSize, _ operation: OperatorName, _ arguments: [Node.NamedArgument]
  ) -> String {
    let name = newName("size")
    program.nodes.append(
      Node(
        name: name, operation: operation, arguments: arguments, outputs: [.scalar(name)],
        origin: current?.title))
    program.scalars[name] = ScalarType(.integer, expression: size.expression(of: Self.symbol))
    sizeNames[size] = name
    return name
  }

  mutating func note(_ traced: TracedTensor) {
    program.types[traced.name] = TensorType(
      dataType: DataType(traced.samples[0].elementType),
      sizes: sizes(of: traced.samples).map { size in
        guard let size else { return .dynamic("unknown") }
        return size.fixed.map { .fixed($0) } ?? .dynamic(size.expression(of: Self.symbol))
      })
  }

  /// A name that nothing else has: words of letters, digits and underscores.
  mutating func newName(_ wanted: String) -> String {
    let stem = String(wanted.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    let count = nameCounts[stem, default: 0]
    nameCounts[stem] = count + 1
    return count == 0 ? stem : newName("\(stem)_\(count)")
  }

  /// An error of the node that is lowered now.
  func failure(_ reason: String) -> LoweringError {
    guard let current else { return LoweringError(reason) }
    return LoweringError(
      node: current.name, operation: current.spelledOperation, reason: reason)
  }
}

extension ONNXNode {
  /// The operator with its set, such as `ai.onnx.ml::Scaler`; without for the standard set.
  var spelledOperation: String { domain.isEmpty ? operation : "\(domain)::\(operation)" }

  /// The node with its operator, safe to print.
  var title: String { "\(name) (\(spelledOperation))".safeToPrint }
}

extension OperatorName {
  /// The name that the dispatcher writes, such as `aten::add.Tensor`.
  init(spelled text: String) {
    let sides = text.split(separator: ":", omittingEmptySubsequences: true).map(String.init)
    let parts = sides[1].split(separator: ".", maxSplits: 1).map(String.init)
    self.init(namespace: sides[0], parts[0], overload: parts.count > 1 ? parts[1] : "")
  }
}
