import ONNXLowering
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// One run of libFuzzer: whatever the model is, lowering it must end in an error or in a program that
/// runs on the sizes of batch that it promises.
///
/// Bytes that start with `M` stand for choices among operators and their settings; all others are a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
  var madeUp = MadeUpModel(from: input.dropFirst())
  let isMadeUp = input.first == UInt8(ascii: "M")
  if let model = isMadeUp ? madeUp.model() : try? ONNXModel.read(input, named: "input") {
    _ = engine
    for isStraightThrough in [false, true] {
      var options = LoweringOptions()
      options.isStraightThrough = isStraightThrough
      options.openSizes = [3, 8, 8]
      if let lowered = try? model.lowered(options) { check(lowered) }
    }
  }
  return 0
}

/// One thread: inputs are small, and many fuzzers may run at once.
private let engine: Void = Engine.useThreads(1)

private func check(_ model: LoweredModel) {
  let program = model.program
  precondition(program.results.count == 1, "a classifier returns one tensor")
  let batch =
    switch model.batch {
    case .dynamic, .recovered: 3
    case .fixed(let size, _): size
    }
  // Integers might be indices, for which only the lowering knows good ones.
  let inputs = program.userInputs.compactMap { program.types[$0.name] }
  guard inputs.count == 1, inputs[0].dataType == .float32 else { return }
  let sizes = inputs[0].sizes.map { $0.fixedSize ?? batch }
  let pictures = Tensor.uniform(sizes, using: Generator(seed: 0))
  do {
    let compiled = try CompiledProgram(program)
    let parameters = try Parameters(of: program)
    let scores = try withoutGradients { () throws(EngineError) in
      try compiled([pictures], with: parameters)[0]
    }
    precondition(scores.rank == 2 && scores.elementType == .float32, "no rows of scores")
  } catch {
    fatalError("lowered, but fails: \(error)")
  }
}
