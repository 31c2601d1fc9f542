import TensorModule
import ThreatModels

/// A model whose gradient is zero where it has none at all, so that checks can go on and say so.
struct ZeroWithoutGradient: DifferentiableClassifier {
  let model: any DifferentiableClassifier

  var imageShape: ImageShape { model.imageShape }
  var classCount: Int { model.classCount }

  func logits(of images: Tensor) throws(EngineError) -> Tensor { try model.logits(of: images) }

  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    do throws(EngineError) {
      return try model.lossGradient(at: images, of: losses)
    } catch {
      guard error.reason == .noGradient else { throw error }
      let logits = try model.logits(of: images)
      return LossGradient(
        logits: logits, losses: losses(logits), gradient: .zeros(images.shape))
    }
  }
}
