import TensorModule
import ThreatModels

/// A model that counts how it is asked.
final class CountingModel: DifferentiableClassifier {
  private let model: any DifferentiableClassifier
  private(set) var forwardCalls = 0
  private(set) var gradientCalls = 0

  init(_ model: any DifferentiableClassifier) { self.model = model }

  var imageShape: ImageShape { model.imageShape }
  var classCount: Int { model.classCount }

  func logits(of images: Tensor) throws(EngineError) -> Tensor {
    forwardCalls += 1
    return try model.logits(of: images)
  }

  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    gradientCalls += 1
    return try model.lossGradient(at: images, of: losses)
  }
}

/// A model whose gradients at some pictures point the wrong way, and are right everywhere else.
struct MisleadingModel: DifferentiableClassifier {
  let model: any DifferentiableClassifier
  let pictures: Tensor

  var imageShape: ImageShape { model.imageShape }
  var classCount: Int { model.classCount }

  func logits(of images: Tensor) throws(EngineError) -> Tensor { try model.logits(of: images) }

  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    var result = try model.lossGradient(at: images, of: losses)
    if images.floats() == pictures.floats() { result.gradient = -result.gradient }
    return result
  }
}
