public import ProgramRuntime

/// What a model learns from a batch: which pictures it is shown, and what loss it descends.
///
/// A method is a value and holds nothing that changes: what it remembers from batch to batch is in
/// ``Trainer/methodMemory``.
public protocol TrainingMethod {
  /// The name for people and files, such as `standard`.
  static var name: String { get }

  /// How many auxiliary sets of batch-norm weights the model must have; none unless said otherwise.
  var auxiliaryCount: Int { get }

  /// Checks that a model can learn in this way; asked before every epoch.
  ///
  /// - Throws: ``TrainingError/method(_:)`` with the reason.
  func check(_ model: TrainableClassifier) throws(TrainingError)

  /// Whether it can learn from blended pictures, which show more than one class; not unless said
  /// otherwise.
  static var takesBlends: Bool { get }

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

extension TrainingMethod {
  /// None.
  public var auxiliaryCount: Int { 0 }

  /// Any model will do.
  public func check(_ model: TrainableClassifier) throws(TrainingError) {}

  /// It does not.
  public static var takesBlends: Bool { false }
}
