import Attacks
import Defenses
import ProgramRuntime
import TensorModule
import Training

/// Training on pictures with noise that is as large as adversarial changes and has no direction.
///
/// J(x + noise, y), with noise that is drawn anew for every picture and epoch and not clipped to
/// [0, 1]. The paper's control for its adversarial training.
struct PixelNoiseTraining: MinimaxTraining {
  static let name = "pixel-noise"

  /// Where in the ball the noise lies.
  enum Kind {
    /// +ε or −ε in every channel of every pixel.
    case corners
    /// Anywhere between −ε and ε.
    case uniform
  }

  let kind: Kind
  let epsilon: Double

  init(_ kind: Kind, epsilon: Double) {
    self.kind = kind
    self.epsilon = epsilon
  }

  func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    let shape = Array(batch.images.shape.dropFirst())
    let noise = Tensor.stacked(
      batch.keys.map {
        .uniform(shape, in: -1...1, using: $0.part("noise").makeGenerator())
      })
    return batch.images + (kind == .corners ? noise.sign() : noise) * epsilon
  }
}
