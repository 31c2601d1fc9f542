import ProgramIR
import TensorModule

/// Turns a program's calls into instructions; used once, by ``CompiledProgram``.
struct ProgramCompiler {
  private let program: Program
  private let device: Device
  private var slots: [String: Int] = [:]
  private let lastReader: [String: Int]
  private let inputNames: Set<String>
  /// For each value that may share another's memory, the value that owns it.
  private var memoryRoot: [String: String] = [:]
  /// Owners of memory that some view looks into.
  private var viewedRoots: Set<String> = []
  /// Inputs that some call writes to, directly or through a view.
  private(set) var writtenInputs: Set<Int> = []

  init(_ program: Program, device: Device) {
    self.program = program
    self.device = device
    for input in program.inputs { slots[input.name] = slots.count }
    var readers: [String: Int] = [:]
    for (index, node) in program.nodes.enumerated() {
      for name in node.valuesDefined + node.valuesRead { readers[name] = index }
    }
    for output in program.outputs { readers[output.name] = nil }
    lastReader = readers
    inputNames = Set(program.inputs.map(\.name))
  }

  /// How many values there are in all.
  var slotCount: Int { slots.count }

  /// Whether the order of dimensions in memory can be changed without changing a result.
  ///
  /// `view` needs a certain order and is run as `reshape` then, which may copy; that is the same
  /// unless a call writes to memory that a view looks into already. Known after ``instructions()``.
  private(set) var allowsLayoutChange = true

  /// Operators whose results may share memory with an argument although their schema is silent, since
  /// they may also copy.
  private static let perhapsViews: Set = [
    "reshape", "reshape_as", "flatten", "unflatten", "contiguous", "to", "type_as", "view",
  ]

  /// Operators that read memory in its raw order.
  private static let rawViews: Set = ["as_strided", "as_strided_", "stride", "is_contiguous"]

  /// One instruction for each node.
  mutating func instructions() throws(ProgramError) -> [Instruction] {
    var result: [Instruction] = []
    result.reserveCapacity(program.nodes.count)
    for (index, node) in program.nodes.enumerated() {
      result.append(try instruction(for: node, at: index))
    }
    return result
  }

  /// The slots of the program's results.
  func resultSlots() throws(ProgramError) -> [Int] {
    try program.results.map { output throws(ProgramError) in
      guard let slot = slots[output.name] else {
        throw ProgramError("the result \(output.name) is never computed")
      }
      return slot
    }
  }

  private mutating func instruction(
    for node: Node, at index: Int
  ) throws(ProgramError) -> Instruction {
    let action: Instruction.Action
    if let arithmetic = SizeArithmetic(node.operation) {
      let plans = try node.arguments.map { argument throws(ProgramError) in
        try plan(for: argument.value, of: node)
      }
      guard plans.count == arithmetic.operandCount else {
        throw error(at: node, "\(arithmetic.operandCount) operands expected, not \(plans.count)")
      }
      action = .compute(arithmetic, plans)
    } else {
      let operation = try self.operation(of: node)
      let plans = try plans(for: node, of: operation)
      followMemory(of: node, operation)
      action = .call(operation, plans)
    }
    let released = Set(node.valuesRead + node.valuesDefined).filter { lastReader[$0] == index }
    let results = node.outputs.map { place($0) }
    return Instruction(
      name: node.origin ?? node.name, action: action, results: results,
      releasedAfter: released.compactMap { slots[$0] })
  }

  private func operation(of node: Node) throws(ProgramError) -> Operator {
    var name = node.operation
    if let refusal = ForbiddenOperators.refusal(of: name) { throw error(at: node, refusal) }
    if name == OperatorName("view") { name = OperatorName("reshape") }
    do {
      return try Operator("\(name.namespace)::\(name.name)", overload: name.overload)
    } catch {
      throw self.error(
        at: node, "libtorch \(Engine.version) has no such operator; export the model without it")
    }
  }

  private mutating func plans(
    for node: Node, of operation: Operator
  ) throws(ProgramError) -> [ArgumentPlan] {
    let isReshape = operation.name == "aten::reshape"
    var plans: [ArgumentPlan] = []
    var used = 0
    for (position, parameter) in operation.parameters.enumerated() {
      let given =
        node[argument: parameter.name]
        ?? (isReshape && parameter.name == "shape" ? node[argument: "size"] : nil)
      guard let given else {
        guard parameter.hasDefault else {
          throw error(at: node, "the argument \(parameter.name) is missing")
        }
        plans.append(.constant(.absent))
        continue
      }
      used += 1
      let plan = try plan(for: given, of: node)
      if case .constant(let value) = plan, !operation.accepts(value, at: position) {
        throw error(
          at: node, "the argument \(parameter.name) does not fit the type \(parameter.type)")
      }
      plans.append(plan)
    }
    guard used == node.arguments.count else {
      let known = Set(operation.parameters.map(\.name))
      let unknown = node.arguments.map(\.name).filter { !known.contains($0) }
      throw error(at: node, "unknown argument \(unknown.joined(separator: ", "))")
    }
    return plans
  }

  private func plan(for argument: Node.Argument, of node: Node) throws(ProgramError) -> ArgumentPlan
  {
    switch argument {
    case .none: .constant(.none)
    case .tensor(let name): .slot(try slot(of: name, for: node))
    case .tensors(let names):
      .tensors(try names.map { name throws(ProgramError) in try slot(of: name, for: node) })
    case .optionalTensors(let names):
      .tensors(
        try names.map { name throws(ProgramError) in
          guard let name else { return nil }
          return try slot(of: name, for: node)
        })
    case .integer(.constant(let integer)): .constant(.integer(integer))
    case .integer(.value(let name)): .slot(try slot(of: name, for: node))
    case .real(.constant(let real)): .constant(.real(real))
    case .real(.value(let name)): .slot(try slot(of: name, for: node))
    case .truth(.constant(let truth)): .constant(.truth(truth))
    case .truth(.value(let name)): .slot(try slot(of: name, for: node))
    case .integers(let list): try integers(list, for: node)
    case .reals(let list): try reals(list, for: node)
    case .truths(let list): try truths(list, for: node)
    case .string(let string): .constant(.string(string))
    case .strings: throw error(at: node, "lists of strings are not supported")
    case .dataType(let type): .constant(.elementType(ElementType(type)))
    case .layout: .constant(.integer(0))  // strided, the only layout there is in programs
    case .memoryFormat(let format): .constant(.memoryFormat(MemoryFormat(format)))
    case .device: .constant(.device(device))
    }
  }

  private func integers(
    _ list: [Node.Argument.Integer], for node: Node
  ) throws(ProgramError) -> ArgumentPlan {
    let elements = try list.map { integer throws(ProgramError) -> ArgumentPlan.Element<Int> in
      switch integer {
      case .constant(let known): .known(known)
      case .value(let name): .slot(try slot(of: name, for: node))
      }
    }
    let known = elements.compactMap { if case .known(let value) = $0 { value } else { nil } }
    return known.count == list.count ? .constant(.integers(known)) : .integers(elements)
  }

  private func reals(_ list: [Node.Argument.Real], for node: Node) throws(ProgramError)
    -> ArgumentPlan
  {
    .reals(
      try list.map { real throws(ProgramError) in
        switch real {
        case .constant(let known): .known(known)
        case .value(let name): .slot(try slot(of: name, for: node))
        }
      })
  }

  private func truths(
    _ list: [Node.Argument.Truth], for node: Node
  ) throws(ProgramError) -> ArgumentPlan {
    .truths(
      try list.map { truth throws(ProgramError) in
        switch truth {
        case .constant(let known): .known(known)
        case .value(let name): .slot(try slot(of: name, for: node))
        }
      })
  }

  private func slot(of name: String, for node: Node) throws(ProgramError) -> Int {
    guard let slot = slots[name] else { throw error(at: node, "the value \(name) is not defined") }
    return slot
  }

  /// Follows which values share memory, so that writes reach neither the caller's tensors nor the
  /// weights, and so that the order of memory is kept where a write goes through a view.
  private mutating func followMemory(of node: Node, _ operation: Operator) {
    if Self.rawViews.contains(node.operation.name) || node.operation.overload == "dtype" {
      allowsLayoutChange = false
    }
    var root: String?
    for parameter in operation.parameters {
      let names = node[argument: parameter.name]?.valuesRead ?? []
      if parameter.isWritten { for name in names { noteWrite(to: memoryRoot[name] ?? name) } }
      let mayShare =
        parameter.isAliased
        || (Self.perhapsViews.contains(node.operation.name) && names == node.valuesRead)
      if mayShare, root == nil, let first = names.first { root = memoryRoot[first] ?? first }
    }
    if root == nil, Self.perhapsViews.contains(node.operation.name) {
      root = node.valuesRead.first.map { memoryRoot[$0] ?? $0 }
    }
    guard let root else { return }
    for name in node.valuesDefined { memoryRoot[name] = root }
    if !operation.parameters.contains(where: \.isWritten) { viewedRoots.insert(root) }
  }

  private mutating func noteWrite(to root: String) {
    if viewedRoots.contains(root) { allowsLayoutChange = false }
    if inputNames.contains(root), let slot = slots[root] { writtenInputs.insert(slot) }
  }

  private mutating func place(_ output: Node.Output) -> ResultPlan {
    switch output {
    case .tensor(let name), .scalar(let name): .slot(define(name))
    case .tensors(let names): .slots(names.map { define($0) })
    case .none: .nowhere
    }
  }

  private mutating func define(_ name: String) -> Int {
    let slot = slots[name] ?? slots.count
    slots[name] = slot
    return slot
  }

  private func error(at node: Node, _ reason: String) -> ProgramError {
    ProgramError(node: node.name, operation: node.operation.description, reason: reason)
  }
}

extension MemoryFormat {
  /// The engine's memory format for the one that an archive names.
  init(_ format: Node.Argument.MemoryFormat) {
    self =
      switch format {
      case .contiguous: .contiguous
      case .channelsLast: .channelsLast
      case .channelsLast3d: .channelsLast3d
      case .preserve: .preserve
      }
  }
}
