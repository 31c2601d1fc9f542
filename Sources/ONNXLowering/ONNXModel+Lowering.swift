public import ProgramFormats
import ProgramIR
import TensorModule

extension ONNXModel {
  /// Lowers the model to a program of ATen operators.
  ///
  /// Every attack, defence and report takes the program as it takes one that PyTorch exported. The model
  /// is run on a few random pictures on the way. A model that insists on one size of batch is freed of
  /// that if the result is the same for each picture. One that says that it takes any size, but fails with several
  /// pictures or says something else of them, is taken as one of single pictures.
  ///
  /// - Parameter options: what the program returns and how.
  /// - Throws: ``LoweringError`` that names the node and its operator.
  public func lowered(
    _ options: LoweringOptions = LoweringOptions()
  ) throws(LoweringError) -> LoweredModel {
    let input = try LoweringInput(of: graph, options)
    if let fixed = input.fixedBatch { return try lowered(options, input, insistingOn: fixed) }
    do throws(LoweringError) {
      let dynamic = try lowered(
        options, input, batches: LoweringInput.batches, batch: .dynamic)
      if options.results == .scores {
        try BatchRecovery(written: dynamic.program, freed: dynamic.program, input: input.single)
          .checkUnlessProven()
      }
      return dynamic
    } catch {
      guard error.untold == nil, !error.isUnknownOperator,
        var single = try? lowered(options, input.single, insistingOn: 1)
      else { throw error }
      single.batch =
        if case .fixed = single.batch {
          .fixed(1, reason: error.hindranceToBatches)
        } else {
          .dynamic
        }
      return single
    }
  }

  private func lowered(
    _ options: LoweringOptions, _ input: LoweringInput, insistingOn fixed: Int
  ) throws(LoweringError) -> LoweredModel {
    let asWritten = try lowered(
      options, input, batches: [fixed], batch: .fixed(fixed, reason: "the model says so"))
    guard options.results == .scores else { return asWritten }
    do throws(LoweringError) {
      let freed = try lowered(
        options, input.freed, batches: LoweringInput.batches, batch: .recovered(from: fixed),
        writtenBatch: fixed)
      try BatchRecovery(written: asWritten.program, freed: freed.program, input: input).check()
      return freed
    } catch {
      var result = asWritten
      result.batch = .fixed(fixed, reason: error.hindranceToBatches)
      return result
    }
  }

  private func lowered(
    _ options: LoweringOptions, _ input: LoweringInput, batches: [Int], batch: LoweredModel.Batch,
    writtenBatch: Int? = nil
  ) throws(LoweringError) -> LoweredModel {
    var lowering = Lowering(
      self, batches: batches, isStraightThrough: options.isStraightThrough,
      writtenBatch: writtenBatch)
    var bindings: [String: LoweredValue] = [:]
    for value in input.values {
      let input = lowering.addInput(named: value.name, samples: value.samples(for: batches))
      // Integers are kept as real numbers, so that gradients reach them.
      bindings[value.name] =
        value.graphType.isReal || value.graphType == value.elementType
        ? try lowering.converted(input, to: value.graphType).stillPicture
        : input.standing(for: ONNXDataType(value.graphType))
    }
    let results = try lowering.lower(graph, binding: bindings)
    return try lowering.finished(
      returning: results, options, batch: batch,
      pixelType: input.values.first { !$0.graphType.isReal }?.graphType ?? .float32)
  }
}
