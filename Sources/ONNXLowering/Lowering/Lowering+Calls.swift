import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// Calls of operators: made at once on examples, and written into the program.
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
    callCount += 1
    guard callCount <= Self.mostCalls else {
      throw failure("the model makes more than \(Self.mostCalls) calls of operators of libtorch")
    }
    try checkMemory()
    let operation = try self.operation(name)
    var arguments = arguments
    for index in arguments.indices { try materialize(&arguments[index]) }
    if arguments.allSatisfy(isFoldable) {
      let results = try run(operation, arguments, at: 0, isFolded: true)
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
    let seesPicture = arguments.contains { $0.values.contains(where: \.seesPicture) }
    let stem = String(operation.name.drop { $0 != ":" }.dropFirst(2).prefix { $0 != "." })
    let results = samples[0].indices.map { result in
      let own = samples.map { $0[result] }
      return TracedTensor(
        name: newName(stem), samples: own, isKnown: isKnown, seesPicture: seesPicture,
        memory: memory.entry(for: own))
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
        arguments: named, outputs: outputs, origin: current?.title))
    for result in results { note(result) }
    let values = results.map { LoweredValue(.traced($0)) }
    if seesPicture { followSteps(from: arguments.flatMap(\.values), to: values) }
    return values
  }

  /// The most calls of operators; nodes have few each.
  private static let mostCalls = 500_000

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
  private mutating func run(
    _ operation: Operator, _ arguments: [Argument], at index: Int, isFolded: Bool = false
  ) throws(LoweringError) -> [Tensor] {
    var values = arguments.map { value(of: $0, at: index) }
    values += [Value](repeating: .absent, count: max(0, operation.parameters.count - values.count))
    try check(resultOf: operation.name, values)
    try count(workOf: operation.name, values, isFolded: isFolded)
    let tensors: [Tensor]
    do throws(EngineError) {
      let results = try withoutGradients { () throws(EngineError) in try operation(values) }
      tensors = results.flatMap { result -> [Tensor] in
        switch result {
        case .tensor(let tensor): [tensor]
        case .tensors(let tensors): tensors.compactMap(\.self)
        default: []
        }
      }
    } catch {
      var refusal = failure(error.withoutSource.description)
      refusal.isOfEngine = true
      throw refusal
    }
    try count(made: tensors, isFolded: isFolded)
    for tensor in tensors {
      guard tensor.shape.allSatisfy({ $0 >= 0 }) else { throw failure("a size would be negative") }
      try check(emptyOf: tensor.shape)
    }
    return tensors
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

extension EngineError {
  /// The same error without the line of the engine's source that found it.
  var withoutSource: EngineError {
    var error = self
    if let place = message.prefixMatch(of: #//\S+:\d+: /#) {
      error.message = String(message[place.range.upperBound...])
    }
    return error
  }
}
