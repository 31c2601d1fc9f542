import Adversary
import Foundation

/// Parts of adversarial training, timed on one model.
struct Timing {
  /// What is timed.
  enum Part: String {
    /// Four batches of adversarial training, from the pictures as they are stored.
    case pgd
    /// The gradient of the loss of one batch with respect to its pixels, in evaluation mode.
    case gradient
    /// One step of descent on one batch, as usual.
    case step
    /// Four batches of training as usual, from the pictures as they are stored.
    case epoch
    /// The same with padding, mirroring and cutout.
    case augmented
    /// The pictures of four batches as the model takes them, without training.
    case pictures
  }

  private let subject: Subject
  private let pictures: PictureSet
  private let model: TrainableClassifier
  private let trainer: Trainer
  private let augmenting: Trainer
  private let adversary: TrainingAdversary

  init(_ subject: Subject) throws {
    self.subject = subject
    let model = try TrainableClassifier(Program.read(from: subject.model))
    self.model = model
    pictures = try PictureSet(subject.data, count: subject.count, for: model)
    func makeTrainer(_ augmentation: Augmentation) -> Trainer {
      Trainer(
        model, with: SGD(),
        by: TrainingPlan(
          epochs: 100_000, batchSize: 128, rate: 0.01, schedule: Schedule(.constant),
          augmentation: augmentation))
    }
    trainer = makeTrainer(Augmentation())
    augmenting = makeTrainer(Augmentation(padding: 4, flips: true, cutout: 8))
    adversary = TrainingAdversary(
      PGD(steps: 7, stepSize: subject.budget.stepSize),
      within: try PerturbationBudget(.linf, epsilon: subject.budget.epsilon))
  }

  /// Seconds of each run and the last loss, as a line of JSON.
  func answer(_ part: Part, runs: Int) throws -> String {
    var (seconds, processor): ([Double], [Double]) = ([], [])
    var loss = 0.0
    for _ in 0..<runs {
      let (start, startRunning) = (ContinuousClock.now, clock())
      loss = try run(part)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      processor.append(Double(clock() - startRunning) / Double(CLOCKS_PER_SEC))
    }
    return """
      {"peer": "adversary", "attack": "\(part.rawValue)", "seconds": \(seconds), \
      "processor": \(processor), "loss": \(loss)}
      """
  }

  private func run(_ part: Part) throws -> Double {
    switch part {
    case .pgd:
      return try trainer.trainEpoch(on: pictures, by: AdversarialTraining(against: adversary)).loss
    case .gradient:
      let labels = batch.labels
      let result = try model.attackable().lossGradient(at: batch.images) {
        $0.crossEntropy(labels: labels)
      }
      return result.losses.mean().scalar()
    case .step: return try StandardTraining().learn(from: batch, with: trainer).loss
    case .epoch: return try trainer.trainEpoch(on: pictures, by: StandardTraining()).loss
    case .augmented: return try augmenting.trainEpoch(on: pictures, by: StandardTraining()).loss
    case .pictures:
      for start in stride(from: 0, to: pictures.count, by: 128) {
        let numbers = Array(start..<start + 128)
        _ = (pictures.images(numbers), pictures.labels(numbers))
      }
      return 0
    }
  }

  private var batch: TrainingBatch {
    let numbers = Array(0..<128)
    return TrainingBatch(
      images: pictures.images(numbers), labels: pictures.labels(numbers),
      keys: numbers.map { RandomKey(seed: 0).part($0) })
  }
}
