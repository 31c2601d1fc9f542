import ProgramRuntime
import TensorModule

/// The mean cross-entropy of the pictures as they are.
public struct StandardTraining: TrainingMethod {
  /// `standard`.
  public static let name = "standard"
  /// It does.
  public static let takesBlends = true
  /// The share of the truth that is spread evenly over all classes.
  ///
  /// Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2016, “Rethinking the Inception architecture for
  /// computer vision”.
  public var smoothing: Double

  /// The method.
  public init(smoothing: Double = 0) {
    self.smoothing = smoothing
  }

  /// One step of descent.
  public func learn(
    from batch: TrainingBatch, with trainer: Trainer
  ) throws(TrainingError) -> TrainingOutcome {
    try trainer.descend(judging: batch.labels) { weights throws(EngineError) in
      let logits = try trainer.model.logits(
        of: batch.images, in: .training, with: weights.parameters())
      let losses = logits.crossEntropy(labels: batch.targets, smoothing: smoothing)
      return (losses.mean(), [logits])
    }
  }
}
