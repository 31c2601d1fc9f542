import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// An ONNX graph on its way to a program.
///
/// Nodes are lowered one after the other. Each call that a node becomes is also made at once, on
/// examples, which tells its types and sizes; what depends on no picture and no trainable weight is
/// only computed and stays out of the program.
struct Lowering {
  /// The model.
  let model: ONNXModel
  /// The sizes of batch of the examples: one if the size is fixed, else several.
  let batches: [Int]
  /// Whether steps such as `Round` pass gradients on as if they were not there.
  let isStraightThrough: Bool
  /// The size of batch that the model insists on, where it is lowered for any.
  let writtenBatch: Int?
  /// The values of the graph and of the graphs around it, innermost last.
  var scopes: [[String: LoweredValue]] = [[:]]
  /// The node that is lowered now, for sentences about it.
  var current: ONNXNode?
  /// What the program is so far.
  var program: Program
  /// Nodes through which no gradient passes, or only a made-up one.
  var steps: [ONNXNode] = []
  /// How many nodes were lowered, those of loops and functions each time.
  var nodeCount = 0
  /// How many rounds of loops were unrolled.
  var roundCount = 0

  private var operators: [String: Operator] = [:]
  private var nameCounts: [String: Int] = [:]
  private var constantCount = 0
  /// The names that constants have in the program, by identity.
  private var constantNames: [Int: String] = [:]
  private var weightNames: Set<String> = []
  private var sizeNames: [BatchSize: String] = [:]
  private var batchHolder: (name: String, dimension: Int)?

  init(
    _ model: ONNXModel, batches: [Int], isStraightThrough: Bool, writtenBatch: Int? = nil
  ) {
    self.writtenBatch = writtenBatch
    self.model = model
    self.batches = batches
    self.isStraightThrough = isStraightThrough
    program = Program(
      inputs: [], nodes: [], outputs: [], weights: [:],
      symbolRanges: batches.count > 1 ? [Self.symbol: 1...Int.max] : [:], producer: model.producer)
  }

  /// What stands for the size of the batch in expressions.
  static let symbol = "batch"
}

// MARK: Values

extension Lowering {
  /// A value that the caller of the program provides.
  mutating func addInput(named name: String, samples: [Tensor]) -> LoweredValue {
    let name = newName(name)
    program.inputs.append(Program.Input(name: name, source: .user))
    let traced = TracedTensor(name: name, samples: samples, isKnown: false, isPicture: true)
    note(traced)
    if let dimension = sizes(of: samples).firstIndex(where: {
      $0 == BatchSize(perPicture: 1, constant: 0)
    }) {
      batchHolder = (name, dimension)
    }
    return LoweredValue(.traced(traced))
  }

  /// A value that is known when the model is loaded.
  mutating func constant(
    _ tensor: Tensor, origin: LoweredConstant.Origin? = nil, standingFor type: ONNXDataType? = nil
  ) -> LoweredValue {
    constantCount += 1
    return LoweredValue(
      .constant(LoweredConstant(identity: constantCount, tensor: tensor, origin: origin)),
      standingFor: type)
  }

  /// The tensor that a value is, unless that depends on the picture or the batch.
  func known(_ value: LoweredValue) -> Tensor? {
    switch value.content {
    case .constant(let constant): return constant.tensor
    case .traced(let traced): return traced.isKnown ? traced.samples[0] : nil
    case .sizes(let list):
      let numbers = list.elements.compactMap(\.fixed)
      guard numbers.count == list.elements.count else { return nil }
      return list.isScalar ? Tensor(numbers).reshaped([]) : Tensor(numbers)
    case .sequence: return nil
    }
  }

  /// The sizes of a value, outermost first.
  func sizes(of value: LoweredValue) throws(LoweringError) -> [BatchSize] {
    switch value.content {
    case .constant(let constant): return constant.tensor.shape.map { BatchSize($0) }
    case .traced(let traced):
      let sizes = self.sizes(of: traced.samples)
      return try sizes.map { size throws(LoweringError) in
        guard let size else {
          throw failure("a size depends on the batch in a way that is not supported")
        }
        return size
      }
    case .sizes(let list): return list.isScalar ? [] : [BatchSize(list.elements.count)]
    case .sequence: throw failure("a tensor is wanted where there is a list of tensors")
    }
  }

  private func sizes(of samples: [Tensor]) -> [BatchSize?] {
    let shapes = samples.map(\.shape)
    return (0..<(shapes.first?.count ?? 0)).map { dimension in
      BatchSize(seen: shapes.map { $0[dimension] }, for: batches)
    }
  }
}

// MARK: Calls

extension Lowering {
  /// Calls an operator that returns one tensor.
  ///
  /// - Parameters:
  ///   - name: the operator with its overload, such as `aten::add.Tensor`.
  ///   - arguments: what it is given, in the order of its schema; what is left out takes the default.
  mutating func call(
    _ name: String, _ arguments: Argument...
  ) throws(LoweringError) -> LoweredValue {
    try calls(name, arguments)[0]
  }

  /// Calls an operator; its results in order, those of a list one by one.
  mutating func calls(
    _ name: String, _ arguments: [Argument]
  ) throws(LoweringError) -> [LoweredValue] {
    let operation = try self.operation(name)
    var arguments = arguments
    for index in arguments.indices { try materialize(&arguments[index]) }
    if arguments.allSatisfy(isFoldable) {
      let results = try run(operation, arguments, at: 0)
      return results.map { constant($0) }
    }
    var samples: [[Tensor]] = []
    for index in batches.indices { samples.append(try run(operation, arguments, at: index)) }
    guard samples.allSatisfy({ $0.count == samples[0].count }) else {
      throw failure("how many tensors there are depends on the batch")
    }
    let isKnown = arguments.allSatisfy { argument in
      argument.values.allSatisfy { !$0.dependsOnPicture }
        && argument.sizes.allSatisfy { $0.fixed != nil }
    }
    let stem = String(operation.name.drop { $0 != ":" }.dropFirst(2).prefix { $0 != "." })
    let results = samples[0].indices.map { result in
      TracedTensor(name: newName(stem), samples: samples.map { $0[result] }, isKnown: isKnown)
    }
    var named: [Node.NamedArgument] = []
    for (parameter, argument) in zip(operation.parameters, arguments) {
      if case .absent = argument { continue }
      named.append(.init(parameter.name, try nodeArgument(argument)))
    }
    let isList = operation.resultCount == 1 && samples[0].count != 1
    let outputs: [Node.Output] =
      isList || Self.listOperators.contains(operation.name)
      ? [.tensors(results.map(\.name))] : results.map { .tensor($0.name) }
    program.nodes.append(
      Node(
        name: newName(current?.name ?? stem), operation: OperatorName(spelled: operation.name),
        arguments: named, outputs: outputs))
    for result in results { note(result) }
    return results.map { LoweredValue(.traced($0)) }
  }

  /// Operators that return one list.
  private static let listOperators: Set = [
    "aten::split_with_sizes", "aten::split.Tensor", "aten::unbind.int", "aten::meshgrid.indexing",
    "aten::chunk",
  ]

  private mutating func operation(_ name: String) throws(LoweringError) -> Operator {
    if let known = operators[name] { return known }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    do throws(EngineError) {
      let operation = try Operator(parts[0], overload: parts.count > 1 ? parts[1] : "")
      operators[name] = operation
      return operation
    } catch {
      throw failure("libtorch \(Engine.version) has no operator \(name)")
    }
  }

  private func isFoldable(_ argument: Argument) -> Bool {
    argument.sizes.allSatisfy { $0.fixed != nil }
      && argument.values.allSatisfy { value in
        guard case .constant(let constant) = value.content else { return false }
        return !(constant.origin?.isTrainable ?? false)
      }
  }

  /// Makes the call on the examples of one batch.
  private func run(
    _ operation: Operator, _ arguments: [Argument], at index: Int
  ) throws(LoweringError) -> [Tensor] {
    var values = arguments.map { value(of: $0, at: index) }
    values += [Value](repeating: .absent, count: max(0, operation.parameters.count - values.count))
    do throws(EngineError) {
      let results = try withoutGradients { () throws(EngineError) in try operation(values) }
      return results.flatMap { result -> [Tensor] in
        switch result {
        case .tensor(let tensor): [tensor]
        case .tensors(let tensors): tensors.compactMap(\.self)
        default: []
        }
      }
    } catch {
      throw failure(error.description)
    }
  }

  private func value(of argument: Argument, at index: Int) -> Value {
    func tensor(_ value: LoweredValue) -> Tensor? {
      switch value.content {
      case .constant(let constant): constant.tensor
      case .traced(let traced): traced.samples[index]
      case .sizes, .sequence: nil
      }
    }
    return switch argument {
    case .absent: .absent
    case .none: .none
    case .tensor(let value): tensor(value).map { .tensor($0) } ?? .none
    case .tensors(let values): .tensors(values.map(tensor))
    case .optionalTensors(let values): .tensors(values.map { $0.flatMap(tensor) })
    case .integer(let size): .integer(size.value(for: batches[index]))
    case .integers(let sizes): .integers(sizes.map { $0.value(for: batches[index]) })
    case .real(let real): .real(real)
    case .reals(let reals): .reals(reals)
    case .truth(let truth): .truth(truth)
    case .truths(let truths): .truths(truths)
    case .string(let string): .string(string)
    case .type(let type): .elementType(type)
    }
  }

  private mutating func nodeArgument(
    _ argument: Argument
  ) throws(LoweringError) -> Node.Argument {
    switch argument {
    case .absent, .none: return .none
    case .tensor(let value): return .tensor(try self.name(of: value))
    case .tensors(let values):
      return .tensors(try values.map { value throws(LoweringError) in try self.name(of: value) })
    case .optionalTensors(let values):
      return .optionalTensors(
        try values.map { value throws(LoweringError) in
          guard let value else { return nil }
          return try self.name(of: value)
        })
    case .integer(let size): return .integer(try integer(size))
    case .integers(let sizes):
      return .integers(try sizes.map { size throws(LoweringError) in try integer(size) })
    case .real(let real): return .real(.constant(real))
    case .reals(let reals): return .reals(reals.map { .constant($0) })
    case .truth(let truth): return .truth(.constant(truth))
    case .truths(let truths): return .truths(truths.map { .constant($0) })
    case .string(let string): return .string(string)
    case .type(let type): return .dataType(DataType(type))
    }
  }
}

// MARK: Names

extension Lowering {
  /// Turns lists of sizes among the arguments into tensors.
  private mutating func materialize(_ argument: inout Argument) throws(LoweringError) {
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
    program.types[name] = TensorType(
      dataType: DataType(constant.tensor.elementType),
      sizes: constant.tensor.shape.map { .fixed($0) })
    constantNames[constant.identity] = name
    return name
  }

  /// An integer of a call; one that depends on the batch is computed from the size of the input.
  private mutating func integer(_ size: BatchSize) throws(LoweringError) -> Node.Argument.Integer {
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
      Node(name: name, operation: operation, arguments: arguments, outputs: [.scalar(name)]))
    program.scalars[name] = ScalarType(.integer, expression: size.expression(of: Self.symbol))
    sizeNames[size] = name
    return name
  }

  private mutating func note(_ traced: TracedTensor) {
    program.types[traced.name] = TensorType(
      dataType: DataType(traced.samples[0].elementType),
      sizes: sizes(of: traced.samples).map { size in
        guard let size else { return .dynamic("unknown") }
        return size.fixed.map { .fixed($0) } ?? .dynamic(size.expression(of: Self.symbol))
      })
  }

  /// A name that nothing else has: words of letters, digits and underscores.
  private mutating func newName(_ wanted: String) -> String {
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
}

extension OperatorName {
  /// The name that the dispatcher writes, such as `aten::add.Tensor`.
  fileprivate init(spelled text: String) {
    let sides = text.split(separator: ":", omittingEmptySubsequences: true).map(String.init)
    let parts = sides[1].split(separator: ".", maxSplits: 1).map(String.init)
    self.init(namespace: sides[0], parts[0], overload: parts.count > 1 ? parts[1] : "")
  }
}
