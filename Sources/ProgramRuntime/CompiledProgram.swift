public import ProgramIR
public import TensorModule

/// A program whose operators have been found and checked, ready to run any number of times.
///
/// Every value is let go after its last use. Gradients are recorded as the caller's mode says.
public struct CompiledProgram {
  /// Where the values of the program's inputs come from, in order.
  private let inputs: [Program.Input]
  private let instructions: [Instruction]
  private let resultSlots: [Int]
  private let slotCount: Int
  /// Inputs that some call writes to; the program works on copies of them.
  private let writtenInputs: Set<Int>
  private let format: MemoryFormat

  /// Finds the operators of a program and checks each call against its operator's schema.
  ///
  /// - Parameters:
  ///   - program: the calls.
  ///   - device: where tensors that the program makes itself shall live.
  ///   - format: the order in memory of the batch of pictures that comes in;
  ///     `channelsLast` is faster for convolutions on a processor.
  /// - Throws: ``ProgramError`` that names the node, the operator and the reason.
  public init(
    _ program: Program, device: Device = .cpu, format: MemoryFormat = .contiguous
  ) throws(ProgramError) {
    var compiler = ProgramCompiler(program, device: device)
    instructions = try compiler.instructions()
    resultSlots = try compiler.resultSlots()
    slotCount = compiler.slotCount
    writtenInputs = compiler.writtenInputs
    inputs = program.inputs
    self.format = format == .channelsLast && !compiler.allowsLayoutChange ? .contiguous : format
  }

  /// The weights in the order of memory that the program runs fastest with.
  public func laidOut(_ parameters: Parameters) -> Parameters {
    format == .contiguous ? parameters : parameters.laidOut(in: format)
  }

  /// Runs the program.
  ///
  /// - Parameters:
  ///   - arguments: one tensor for each of the program's user inputs.
  ///   - parameters: the weights, by full name.
  /// - Returns: the program's results in order.
  /// - Throws: `EngineError` that names the node, when the engine refuses or memory runs out.
  public func callAsFunction(
    _ arguments: [Tensor], with parameters: Parameters
  ) throws(EngineError) -> [Tensor] {
    var slots = try initialSlots(arguments, parameters)
    for instruction in instructions { try run(instruction, in: &slots) }
    return try resultSlots.map { slot throws(EngineError) in
      guard let tensor = slots[slot].asTensor else {
        throw EngineError(.refused, during: "the program", message: "a result is no tensor")
      }
      return tensor
    }
  }

  private func initialSlots(
    _ arguments: [Tensor], _ parameters: Parameters
  ) throws(EngineError) -> [Value] {
    var slots = [Value](repeating: .absent, count: slotCount)
    var remaining = arguments[...]
    for (slot, input) in inputs.enumerated() {
      if let name = input.weightName {
        guard let weight = parameters[name] else {
          throw EngineError(.refused, during: "the program", message: "no weight \(name)")
        }
        slots[slot] = .tensor(weight)
      } else {
        guard let argument = remaining.popFirst() else {
          throw EngineError(.refused, during: "the program", message: "no input \(input.name)")
        }
        slots[slot] = .tensor(argument.rank == 4 ? argument.contiguous(in: format) : argument)
      }
    }
    for slot in writtenInputs {
      if let tensor = slots[slot].tensor { slots[slot] = .tensor(tensor.copied()) }
    }
    return slots
  }

  private func run(_ instruction: Instruction, in slots: inout [Value]) throws(EngineError) {
    do throws(EngineError) {
      switch instruction.action {
      case .call(let operation, let plans):
        store(try operation(plans.map { $0.value(in: slots) }), of: instruction, in: &slots)
      case .compute(let arithmetic, let plans):
        guard let result = arithmetic(plans.map { $0.value(in: slots) }) else {
          throw EngineError(
            .refused, during: "_operator::\(arithmetic)", message: "no result for these sizes")
        }
        store([result], of: instruction, in: &slots)
      }
    } catch {
      throw error.located(at: "node \(instruction.name)")
    }
    for slot in instruction.releasedAfter { slots[slot] = .absent }
  }

  private func store(_ results: [Value], of instruction: Instruction, in slots: inout [Value]) {
    for (plan, result) in zip(instruction.results, results) {
      switch plan {
      case .slot(let slot): slots[slot] = result
      case .slots(let list):
        guard case .tensors(let tensors) = result else { continue }
        for (slot, tensor) in zip(list, tensors) {
          if let tensor { slots[slot] = .tensor(tensor) }
        }
      case .nowhere: break
      }
    }
  }
}
