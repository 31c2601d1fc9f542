import ProgramIR
import TensorModule

/// The weights of layers with batch norms folded into them, computed anew from weights that change.
///
/// A few small operators for each batch norm, which cost far less than normalising a batch of
/// pictures; gradients flow through them where they are recorded.
struct FoldedWeights {
  private let folds: [BatchNormFold]

  init(_ folds: [BatchNormFold]) {
    self.folds = folds
  }

  /// Parameters with the folded weights added.
  ///
  /// - Throws: `EngineError` when a weight that was folded is missing.
  func added(to parameters: Parameters) throws(EngineError) -> Parameters {
    var result = parameters
    for fold in folds {
      let weight = try parameters.weight(fold.weight)
      let deviation = (try parameters.weight(fold.variance) + fold.epsilon).squareRoot()
      let numerator = try fold.scale.map(parameters.weight) ?? deviation.filled(with: 1)
      let scale = numerator / deviation
      var bias = -(try parameters.weight(fold.mean))
      if let name = fold.bias { bias = try parameters.weight(name) + bias }
      bias = bias * scale
      if let name = fold.shift { bias = try parameters.weight(name) + bias }
      result[fold.foldedWeight] = weight * scale.broadcastPerSample(rank: weight.rank)
      result[fold.foldedBias] = bias
    }
    return result
  }
}

extension Parameters {
  fileprivate func weight(_ name: String) throws(EngineError) -> Tensor {
    guard let weight = self[name] else {
      throw EngineError(.refused, during: "folding batch norms", message: "no weight \(name)")
    }
    return weight
  }
}
