public import ProgramIR
public import TensorModule
public import ThreatModels

/// A program whose weights are being trained, seen as a classifier of pictures.
///
/// It takes pictures in [0, 1]; an optional normalisation comes first, as in ``ProgramClassifier``.
/// The same weights run in two modes: as the program learns, and as it predicts. Not Sendable: one
/// thread uses it.
public final class TrainableClassifier {
  /// How batch norm and dropout behave.
  public enum Mode: Hashable, Sendable {
    /// Statistics of the batch, which also update the running ones; dropout drops out.
    case training
    /// Running statistics; dropout does nothing.
    case evaluation
  }

  /// The shape of one picture.
  public let imageShape: ImageShape
  /// The number of classes.
  public let classCount: Int
  /// The weights.
  public let weights: TrainableWeights
  private let training: CompiledProgram
  private let evaluation: CompiledProgram
  private let foldedWeights: FoldedWeights
  /// The counts of batches that a pass in training mode adds one to.
  private let batchCountNames: [String]
  private let addition: Operator
  private let normalization: PixelNormalization?

  /// Makes a program ready for training.
  ///
  /// - Parameters:
  ///   - program: takes a batch [N, C, H, W] of any size and returns logits [N, K].
  ///   - normalization: what to do to pixels in [0, 1] first; nothing if the program does it.
  ///   - auxiliaryCount: how many further sets of batch-norm weights there are.
  ///   - isFrozen: whether the parameter of a name stays as it is.
  /// - Throws: ``ProgramError`` when the program is no classifier of pictures, insists on a size of
  ///   batch, or has nothing to train.
  public init(
    _ program: Program, normalization: ProgramClassifier.Normalization? = nil,
    auxiliaryCount: Int = 0, freezing isFrozen: (String) -> Bool = { _ in false }
  ) throws(ProgramError) {
    if let name = program.batchNormWithoutMomentum {
      throw ProgramError(
        "the batch norm \(name) would never update its running statistics: it has momentum 0, or None, "
          + "of which an export keeps only the 0; give it a momentum such as 0.1")
    }
    if case .fixed? = program.userInputs.first.flatMap({ program.types[$0.name]?.sizes.first }) {
      throw ProgramError(
        "the model takes batches of one fixed size; training needs any size: export it with a "
          + "dynamic batch")
    }
    // Whoever can attack the model can train it; the probing is the same.
    let classifier = try ProgramClassifier(program, normalization: normalization)
    let shape = classifier.imageShape
    imageShape = shape
    classCount = classifier.classCount
    weights = try TrainableWeights(
      of: program, auxiliaryCount: auxiliaryCount, freezing: isFrozen)
    guard !weights.trained.isEmpty else {
      throw ProgramError("the model has no weights to train: only Float32 parameters are trained")
    }
    training = try CompiledProgram(
      program.inTrainingMode().rectifyingAfterPooling(), format: .channelsLast)
    let (folded, folds) = program.inEvaluationMode().foldingBatchNorms()
    evaluation = try CompiledProgram(folded.rectifyingAfterPooling(), format: .channelsLast)
    foldedWeights = FoldedWeights(folds)
    batchCountNames = program.batchCountNames
    do {
      addition = try Operator("aten::_foreach_add_", overload: "Scalar")
    } catch {
      throw ProgramError("\(error)")
    }
    self.normalization = try normalization.map { normalization throws(ProgramError) in
      try PixelNormalization(normalization, for: shape)
    }
  }

  /// The logits of pictures; recorded if the caller's mode says so.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - mode: how batch norm and dropout behave.
  ///   - parameters: the weights of a branch, recorded or not.
  public func logits(
    of images: Tensor, in mode: Mode, with parameters: Parameters
  ) throws(EngineError) -> Tensor {
    let images = normalization?(images) ?? images
    switch mode {
    case .evaluation:
      return try evaluation([images], with: try foldedWeights.added(to: parameters))[0]
    case .training:
      let result = try training([images], with: parameters)[0]
      let counts = batchCountNames.compactMap { parameters[$0] }
      if !counts.isEmpty { _ = try addition([.tensors(counts), .integer(1)]) }
      return result
    }
  }

  /// The gradients of a loss with respect to all trained weights.
  ///
  /// - Parameters:
  ///   - inputs: leaves that the gradient is taken with respect to as well, such as pixels.
  ///   - sparesStatistics: whether running statistics of batch norms stay as they are.
  ///   - loss: from the recorded weights to one number and what should come along.
  /// - Returns: the loss, the gradients and what came along, all cut off from the graph.
  public func weightGradients(
    and inputs: [Tensor] = [], sparesStatistics: Bool = false,
    of loss: (TrainableWeights.Recorded) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor])
  ) throws(EngineError) -> WeightGradients {
    let recorded = try weights.recorded(sparesStatistics: sparesStatistics)
    let (value, auxiliary) = try recording { () throws(EngineError) in try loss(recorded) }
    let leaves = recorded.leaves
    let found = try TensorModule.gradients(
      of: [value], withRespectTo: leaves + inputs, allowsUnused: true)
    return WeightGradients(
      loss: value.detached(), gradients: Array(found[..<leaves.count]),
      inputGradients: Array(found[leaves.count...]), auxiliary: auxiliary.map { $0.detached() })
  }

  /// The model as attacks see it, with the weights as they are at each call.
  ///
  /// Running statistics of batch norms stay as they are, even in training mode.
  ///
  /// - Parameters:
  ///   - mode: how batch norm and dropout behave.
  ///   - branch: whose batch-norm weights.
  ///   - tensors: others to take instead of the weights, such as averages, in the order of
  ///     `weights.tensors`.
  public func attackable(
    in mode: Mode = .evaluation, branch: TrainableWeights.Branch = .main,
    from tensors: [Tensor]? = nil
  ) -> some DifferentiableClassifier {
    TrainedClassifier(model: self, mode: mode, branch: branch, tensors: tensors)
  }
}

/// What the backward pass of a loss gives.
public struct WeightGradients {
  /// The loss, a scalar.
  public var loss: Tensor
  /// One for each trained weight, in the order of `weights.trained`; nothing where the loss does not
  /// depend on it.
  public var gradients: [Tensor?]
  /// One for each further input.
  public var inputGradients: [Tensor?]
  /// What came along with the loss.
  public var auxiliary: [Tensor]
}

/// A model in training as attacks see it.
private struct TrainedClassifier: DifferentiableClassifier {
  let model: TrainableClassifier
  let mode: TrainableClassifier.Mode
  let branch: TrainableWeights.Branch
  let tensors: [Tensor]?

  private var parameters: Parameters {
    let weights = model.weights
    return weights.parameters(
      of: branch, from: mode == .training ? weights.sparingStatistics(of: tensors) : tensors)
  }

  var imageShape: ImageShape { model.imageShape }
  var classCount: Int { model.classCount }

  func logits(of images: Tensor) throws(EngineError) -> Tensor {
    try withoutGradients { () throws(EngineError) in
      try model.logits(of: images, in: mode, with: parameters)
    }
  }

  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    let parameters = parameters
    let result = try valueAndGradient(at: images) { images throws(EngineError) in
      let logits = try model.logits(of: images, in: mode, with: parameters)
      return (losses(logits), [logits])
    }
    return LossGradient(
      logits: result.auxiliary[0], losses: result.value, gradient: result.gradient)
  }
}
