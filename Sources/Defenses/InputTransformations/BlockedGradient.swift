import TensorModule
import ThreatModels

/// A model behind a step that lets no gradient through: every gradient is zero.
///
/// That is what automatic differentiation makes of rounding, and what remains where a step leaves the
/// engine.
struct BlockedGradient: DifferentiableClassifier {
  private let model: any Classifier
  private let preprocessing: (Tensor) throws(EngineError) -> Tensor

  init(
    of model: any Classifier, after preprocessing: @escaping (Tensor) throws(EngineError) -> Tensor
  ) {
    self.model = model
    self.preprocessing = preprocessing
  }

  var imageShape: ImageShape { model.imageShape }
  var classCount: Int { model.classCount }

  func logits(of images: Tensor) throws(EngineError) -> Tensor {
    try model.logits(of: try preprocessing(images))
  }

  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    let logits = try logits(of: images)
    return LossGradient(
      logits: logits, losses: losses(logits), gradient: images.filled(with: 0))
  }
}
