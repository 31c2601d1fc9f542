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
    // A model may know its first few rows alone, which small batches do not show.
    let size = input.values[0].sizes.reduce(1) { $0 * ($1 ?? 1) }
    try checkExamples(batch, copies: min(max(1, (1 << 22) / max(1, size)), 6))
  }

  /// Compares the scores of pictures, dark ones and bright ones, with those of each batch alone: as numbers
  /// from 0 to 1 and as bytes, because it is not known which of them the model takes.
  ///
  /// - Parameters:
  ///   - batch: how many pictures the program as written takes.
  ///   - copies: how often all pictures go into the large batch, if they are from 0 to 1.
  private func checkExamples(_ batch: Int, copies: Int = 1) throws(LoweringError) {
    let count = 3 * batch
    let samples = input.freed.values[0].samples(for: [count])[0]
    let brightness = Tensor(
      (0..<count).map { [1, 0.2, 0.6][$0 / batch] },
      shape: [count] + [Int](repeating: 1, count: samples.rank - 1))
    let pictures = (samples * brightness).converted(to: samples.elementType)
    let apart = try Self.runner(of: written)
    let together = try Self.runner(of: freed)
    var isCompared = false
    for (examples, copies) in [(pictures, copies), ((pictures * 255).rounded(), 1)] {
      // Numbers that the model does not take say nothing.
      guard let wanted = try? Self.scores(of: examples, by: batch, apart),
        wanted.isFinite().allTrue()
      else { continue }
      isCompared = true
      let found = try together(Self.repeated(examples, copies))
      try Self.compare(found, with: Self.repeated(wanted, copies))
    }
    guard isCompared else { throw LoweringError("no example has scores that are finite numbers") }
  }

  /// The scores of pictures that are shown a batch at a time.
  private static func scores(
    of pictures: Tensor, by batch: Int, _ run: (Tensor) throws(LoweringError) -> Tensor
  ) throws(LoweringError) -> Tensor {
    var rows: [Tensor] = []
    for start in stride(from: 0, to: pictures.count, by: batch) {
      rows.append(try run(pictures[start..<(start + batch)]))
    }
    guard rows.allSatisfy({ $0.rank > 0 && $0.shape == rows[0].shape }) else {
      throw LoweringError("the scores have another shape")
    }
    return Tensor.concatenated(rows)
  }

  private static func compare(
    _ found: Tensor, with wanted: Tensor
  ) throws(LoweringError) {
    guard found.shape == wanted.shape, found.elementCount > 0 else {
      throw LoweringError("the scores have another shape")
    }
    let distance = (found - wanted).magnitude().max().scalar()
    let spread = wanted.max().scalar() + (-wanted).max().scalar()
    guard distance <= tolerance * spread else {
      throw LoweringError("the scores of a picture depend on the other pictures of its batch")
    }
  }

  private static func repeated(_ tensor: Tensor, _ count: Int) -> Tensor {
    Tensor.concatenated([Tensor](repeating: tensor, count: count))
  }

  /// What a program returns for a batch of pictures.
  private static func runner(
    of program: Program
  ) throws(LoweringError) -> (Tensor) throws(LoweringError) -> Tensor {
    do throws(ProgramError) {
      let compiled = try CompiledProgram(program)
      let parameters = try Parameters(of: program)
      return { pictures throws(LoweringError) in
        do throws(EngineError) {
          return try withoutGradients { () throws(EngineError) in
            try compiled([pictures], with: parameters)[0]
          }
        } catch {
          throw LoweringError(error.withoutSource.description)
        }
      }
    } catch {
      throw LoweringError(error.description)
    }
  }
}
