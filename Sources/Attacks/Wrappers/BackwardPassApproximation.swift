public import TensorModule
public import ThreatModels

/// A model behind a step without useful gradients, as an attacker sees it who knows the step: the way
/// back goes around it.
///
/// Forward the model sees g(x). The gradient is taken at g(x) and passed on as if g were the identity,
/// which is good enough wherever g(x) ≈ x: fewer bits, JPEG, denoising. What an attack finds is judged
/// with g in place all the same.
///
/// Athalye, Carlini and Wagner 2018, “Obfuscated gradients give a false sense of security”.
public struct BackwardPassApproximation: DifferentiableClassifier {
  private let model: any DifferentiableClassifier
  private let preprocessing: (Tensor) throws(EngineError) -> Tensor

  /// A model behind a step.
  ///
  /// - Parameters:
  ///   - model: sees what the step returns.
  ///   - preprocessing: from pictures [N, C, H, W] in [0, 1] to as many of the same shape; each
  ///     independent of the others.
  public init(
    of model: any DifferentiableClassifier,
    after preprocessing: @escaping (Tensor) throws(EngineError) -> Tensor
  ) {
    self.model = model
    self.preprocessing = preprocessing
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { model.imageShape }
  /// The number of classes.
  public var classCount: Int { model.classCount }

  /// The logits of what the step makes of the pictures.
  public func logits(of images: Tensor) throws(EngineError) -> Tensor {
    try model.logits(of: preprocessed(images))
  }

  /// Logits, losses and gradients at what the step makes of the pictures.
  public func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    try model.lossGradient(at: preprocessed(images), of: losses)
  }

  private func preprocessed(_ images: Tensor) throws(EngineError) -> Tensor {
    let result = try preprocessing(images)
    guard result.shape == images.shape else {
      throw EngineError(
        .refused, during: "preprocessing",
        message: "\(images) became \(result); the shape must stay the same")
    }
    return result
  }
}
