public import ProgramFormats
public import ProgramIR

extension ONNXModel {
  /// The weights of a program that this model has under the same names, to be written back into its
  /// file with `ONNXModel.write(replacing:ofModelAt:to:)`.
  ///
  /// - Parameter program: what the model was lowered to, with other weights, such as trained ones.
  public func weights(of program: Program) -> [String: Weight] {
    let constants = graph.nodes.compactMap { node in
      node.constantTensor.flatMap { tensor in node.outputs.first.map { ($0, tensor) } }
    }
    let own = graph.initializers.merging(constants) { first, _ in first }
      .merging(graph.sharedStatistics) { first, _ in first }
    return program.weights.filter { name, weight in
      guard let tensor = own[name], (tensor.dataType.bitCount ?? 0) >= 8 else { return false }
      return tensor.weight.dataType == weight.dataType && tensor.weight.sizes == weight.sizes
    }
  }
}
