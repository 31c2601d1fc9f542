import Adversary

/// Trains an exported model on MNIST as usual and asks it about the test pictures.
///
/// SGD with momentum 0.9, rate 0.05 that falls along half a cosine, batches of 128.
struct Learning {
  private let trainer: Trainer
  private let pictures: PictureSet
  private let epochs: Int

  init(_ path: String, epochs: Int, count: Int, seed: UInt64) throws {
    let model = try TrainableClassifier(Program.read(from: path))
    pictures = try PictureSet(Subject.mnist.data, count: count, for: model)
    self.epochs = epochs
    trainer = Trainer(
      model, with: SGD(),
      by: TrainingPlan(epochs: epochs, batchSize: 128, rate: 0.05, seed: seed))
  }

  /// The accuracy on the test pictures, the loss of each epoch and the seconds of training, as JSON.
  func answer() throws -> String {
    let start = ContinuousClock.now
    let losses = try (0..<epochs).map { _ in
      try trainer.trainEpoch(on: pictures, by: StandardTraining()).loss
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let test = try openDataset(at: Subject.mnist.data)
    var right = 0
    for first in stride(from: 0, to: test.count, by: 500) {
      let samples = try (first..<min(first + 500, test.count)).map { try test.sample(at: $0) }
      let logits = try trainer.model.attackable().logits(of: Tensor(samples.map(\.picture)))
      right += zip(logits.argmax(along: 1).integers(), samples).count { $0 == $1.label }
    }
    return """
      {"accuracy": \(Double(right) / Double(test.count)), "losses": \(losses), "seconds": \(seconds)}
      """
  }
}
