import ProgramIR
import ProgramRuntime
import TensorModule

/// Makes sure that a program for any size of batch says of each picture what the model says of it: by
/// proof, and by example.
struct BatchRecovery {
  /// The program as the model was written, for its one size of batch.
  let written: Program
  /// The program for any size.
  let freed: Program
  /// The inputs as the model was written.
  let input: LoweringInput

  /// How far apart scores may be, in units of their spread: different batches round differently.
  private static let tolerance = 1e-4

  /// - Throws: ``LoweringError`` when the programs disagree, or it is not proven that they do not.
  func check() throws(LoweringError) {
    guard let batch = input.fixedBatch, input.values.count == 1 else {
      throw LoweringError("the model has several inputs")
    }
    try BatchIndependence(of: freed).prove()
    try checkExamples(batch)
  }

  /// The same for a file that says itself that it takes any size: examples decide where there is no proof.
  func checkUnlessProven() throws(LoweringError) {
    guard let batch = input.fixedBatch, input.values.count == 1,
      (try? BatchIndependence(of: freed).prove()) == nil
    else { return }
    try checkExamples(batch)
  }

  /// Compares the scores of pictures, dark ones and bright ones, with those of each batch alone.
  private func checkExamples(_ batch: Int) throws(LoweringError) {
    let count = 3 * batch
    let samples = input.freed.values[0].samples(for: [count])[0]
    let brightness = Tensor(
      (0..<count).map { [1, 0.2, 0.6][$0 / batch] },
      shape: [count] + [Int](repeating: 1, count: samples.rank - 1))
    let pictures = (samples * brightness).converted(to: samples.elementType)
    do throws(EngineError) {
      try withoutGradients { () throws(EngineError) in
        var rows: [Tensor] = []
        let program = try compiled(written)
        for start in stride(from: 0, to: count, by: batch) {
          rows.append(try program(pictures[start..<(start + batch)]))
        }
        let wanted = Tensor.concatenated(rows)
        let found = try compiled(freed)(pictures)
        guard found.shape == wanted.shape, found.elementCount > 0 else {
          throw EngineError(.refused, during: "batches", message: "the scores have another shape")
        }
        let distance = (found - wanted).magnitude().max().scalar()
        let spread = wanted.max().scalar() + (-wanted).max().scalar()
        guard distance <= Self.tolerance * spread else {
          throw EngineError(
            .refused, during: "batches",
            message: "the scores of a picture depend on the other pictures of its batch")
        }
      }
    } catch {
      throw LoweringError(error.message)
    }
  }

  private func compiled(
    _ program: Program
  ) throws(EngineError) -> (Tensor) throws(EngineError) -> Tensor {
    do throws(ProgramError) {
      let compiled = try CompiledProgram(program)
      let parameters = try Parameters(of: program)
      return { pictures throws(EngineError) in try compiled([pictures], with: parameters)[0] }
    } catch {
      throw EngineError(.refused, during: "batches", message: error.description)
    }
  }
}
