/// How long and how fast a model learns, apart from what it learns from a batch.
public struct TrainingPlan: Hashable, Codable, Sendable {
  /// How often every picture is shown.
  public var epochs: Int
  /// How many pictures are shown at once.
  public var batchSize: Int
  /// The learning rate where the schedule's factor is 1.
  public var rate: Double
  /// How the rate changes.
  public var schedule: Schedule
  /// A limit to the gradients; nothing for none.
  public var clipping: GradientClipping?
  /// The decay of an average of the weights; nothing for none.
  public var averageDecay: Double?
  /// Random changes of the pictures.
  public var augmentation: Augmentation
  /// Blends of pictures; nothing for none.
  ///
  /// Only some methods can learn from them.
  public var mixup: Mixup?
  /// What all randomness follows from.
  public var seed: UInt64

  /// A plan.
  ///
  /// - Precondition: epochs, batch size and rate are positive.
  public init(
    epochs: Int, batchSize: Int = 128, rate: Double = 0.1, schedule: Schedule = Schedule(.cosine),
    clipping: GradientClipping? = nil, averageDecay: Double? = nil,
    augmentation: Augmentation = Augmentation(), mixup: Mixup? = nil, seed: UInt64 = 0
  ) {
    precondition(epochs > 0 && batchSize > 0 && rate > 0, "a plan without epochs, batches or rate")
    self.epochs = epochs
    self.batchSize = batchSize
    self.rate = rate
    self.schedule = schedule
    self.clipping = clipping
    self.averageDecay = averageDecay
    self.augmentation = augmentation
    self.mixup = mixup
    self.seed = seed
  }

  /// The learning rate of a step.
  ///
  /// - Parameters:
  ///   - step: from 0, counted over all epochs.
  ///   - batchCount: how many batches, and so steps, an epoch has.
  func rate(atStep step: Int, batchCount: Int) -> Double {
    rate * schedule.factor(atStep: step, of: epochs * batchCount)
  }
}
