import ProgramRuntime
import TensorModule
import Training

extension TrainableClassifier {
  /// The logits of two sets of pictures that go through the model together, as it learns.
  func pairedLogits(
    of first: Tensor, and second: Tensor, with parameters: Parameters
  ) throws(EngineError) -> (first: Tensor, second: Tensor) {
    let logits = try logits(of: .concatenated([first, second]), in: .training, with: parameters)
    return (logits[0..<first.count], logits[first.count..<first.count + second.count])
  }

  /// α·J(x, y) + (1 − α)·J(x̃, y), and the logits of the pictures as they are.
  func mixtureLoss(
    of batch: TrainingBatch, and adversarial: Tensor, alpha: Double, with parameters: Parameters
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    let (clean, adversarial) = try pairedLogits(
      of: batch.images, and: adversarial, with: parameters)
    let loss =
      alpha * clean.crossEntropy(labels: batch.labels).mean()
      + (1 - alpha) * adversarial.crossEntropy(labels: batch.labels).mean()
    return (loss, [clean])
  }
}
