public import ProgramRuntime
public import TensorModule
public import Training

/// A method of two parts: it changes the pictures on the weights as they are, then takes one step of
/// descent along a loss of what came of it.
///
/// The loss is the mean cross-entropy of the changed pictures unless a method says otherwise.
public protocol MinimaxTraining: TrainingMethod {
  /// The inner part: the pictures that the loss is about, besides the batch itself.
  ///
  /// - Returns: one for each picture of the batch, or several such blocks one after the other.
  func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor

  /// The outer part: the mean loss of the pictures.
  ///
  /// - Parameters:
  ///   - batch: the pictures as they are.
  ///   - changed: what the inner part made of them.
  ///   - model: in training.
  ///   - weights: the weights, whose use is recorded.
  /// - Returns: the loss, and the logits by which the pictures count as right, [N, K].
  func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor])
}

extension MinimaxTraining {
  /// The mean cross-entropy of the changed pictures.
  public func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    let logits = try model.logits(of: changed, in: .training, with: weights.parameters())
    return (logits.crossEntropy(labels: batch.labels).mean(), [logits])
  }

  /// Both parts.
  public func learn(
    from batch: TrainingBatch, with trainer: Trainer
  ) throws(TrainingError) -> TrainingOutcome {
    let changed = try innerPart(of: batch, for: trainer.model)
    return try trainer.descend(judging: batch.labels) { weights throws(EngineError) in
      try loss(of: batch, changed: changed, for: trainer.model, with: weights)
    }
  }

  /// The inner part with the errors of a training run.
  func innerPart(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(TrainingError) -> Tensor {
    do {
      return try changedImages(of: batch, for: model)
    } catch {
      throw .engine(error)
    }
  }
}
