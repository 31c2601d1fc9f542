public import TensorModule
public import ThreatModels

/// A model averaged over chance: over random transformations of its input, or over its own randomness.
///
/// Logits, losses and gradients are means over several passes. An attack on the mean finds what fools
/// the model most of the time, where the gradient of a single pass leads astray.
///
/// Athalye, Engstrom, Ilyas and Kwok 2018, “Synthesizing robust adversarial examples”.
public struct ExpectationOverTransformation: DifferentiableClassifier {
  /// From pictures [N, C, H, W] and the key of a draw to transformed pictures.
  ///
  /// It must be differentiable, and treat all pictures of a batch alike, so that none depends on the
  /// others.
  public typealias Transformation = (Tensor, RandomKey) throws(EngineError) -> Tensor

  private let model: any DifferentiableClassifier
  private let samples: Int
  private let draw: ((Tensor, Int) throws(EngineError) -> Tensor)?

  /// The mean over a model's own randomness.
  ///
  /// - Precondition: at least one sample.
  /// - Parameters:
  ///   - model: may answer differently each time it is asked.
  ///   - samples: how often it is asked.
  public init(of model: any DifferentiableClassifier, samples: Int) {
    precondition(samples > 0, "\(samples) samples")
    self.model = model
    self.samples = samples
    draw = nil
  }

  /// The mean over random transformations.
  ///
  /// The draws are the same each time, so that a picture's result does not depend on when and with which
  /// others it is asked about.
  ///
  /// - Precondition: at least one sample.
  /// - Parameters:
  ///   - model: sees the transformed pictures.
  ///   - samples: how many draws.
  ///   - key: names the draws.
  ///   - transformation: such as noise, shifts or changes of brightness.
  public init(
    of model: any DifferentiableClassifier, samples: Int, key: RandomKey,
    over transformation: @escaping Transformation
  ) {
    precondition(samples > 0, "\(samples) samples")
    self.model = model
    self.samples = samples
    draw = { images, number throws(EngineError) in try transformation(images, key.part(number)) }
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { model.imageShape }
  /// The number of classes.
  public var classCount: Int { model.classCount }

  /// Mean logits.
  public func logits(of images: Tensor) throws(EngineError) -> Tensor {
    try mean { number throws(EngineError) in
      let seen = try withoutGradients { () throws(EngineError) in
        try draw?(images, number) ?? images
      }
      return [try model.logits(of: seen)]
    }[0]
  }

  /// Mean logits, mean losses and mean gradients.
  public func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    let means = try mean { number throws(EngineError) in
      let result = try sample(number, at: images, of: losses)
      return [result.logits, result.losses, result.gradient]
    }
    return LossGradient(logits: means[0], losses: means[1], gradient: means[2])
  }

  private func sample(
    _ number: Int, at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    guard let draw else { return try model.lossGradient(at: images, of: losses) }
    // The gradient of Σ T(x)·g with g fixed is that of the loss through the transformation T.
    let chained = try valueAndGradient(at: images) { images throws(EngineError) in
      let seen = try draw(images, number)
      let result = try model.lossGradient(at: seen, of: losses)
      return (seen * result.gradient, [result.logits, result.losses])
    }
    return LossGradient(
      logits: chained.auxiliary[0], losses: chained.auxiliary[1], gradient: chained.gradient)
  }

  private func mean(
    of tensors: (Int) throws(EngineError) -> [Tensor]
  ) throws(EngineError) -> [Tensor] {
    var sums = try tensors(0)
    for number in 1..<samples {
      let more = try tensors(number)
      sums = zip(sums, more).map { $0 + $1 }
    }
    return sums.map { $0 / Double(samples) }
  }
}
