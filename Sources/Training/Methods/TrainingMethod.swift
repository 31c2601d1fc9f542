/// What a model learns from a batch: which pictures it is shown, and what loss it descends.
public protocol TrainingMethod: Sendable {
  /// The name for people and files, such as `standard`.
  static var name: String { get }

  /// Learns from one batch, in as many steps of descent as the method takes.
  ///
  /// - Parameters:
  ///   - batch: augmented pictures.
  ///   - trainer: moves the weights when it is told a loss.
  /// - Returns: what came of the batch's pictures.
  func learn(
    from batch: TrainingBatch, with trainer: Trainer
  ) throws(TrainingError) -> TrainingOutcome
}
