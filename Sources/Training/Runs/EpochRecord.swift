/// What came of an epoch: a line of `metrics.jsonl`.
public struct EpochRecord: Hashable, Codable, Sendable {
  /// The epoch, from 1; 0 for the model before it learned anything.
  public var epoch: Int
  /// The mean loss of the pictures as they were shown.
  public var loss: Double?
  /// The share of the pictures as they were shown that the model got right, before it learned from
  /// them.
  public var accuracy: Double?
  /// How many pictures the epoch was judged by.
  public var validationCount: Int?
  /// The share of them that are right.
  public var cleanAccuracy: Double?
  /// The share of them that are right and stay right under attack.
  public var robustAccuracy: Double?
  /// The learning rate of the last step.
  public var rate: Double?
  /// How long the training took.
  public var seconds: Double?
  /// How many pictures were learned from in a second.
  public var imagesPerSecond: Double?
  /// What was seen to go wrong for the first time; nothing if nothing was.
  public var warnings: [TrainingWarning]?

  /// A record.
  public init(epoch: Int) {
    self.epoch = epoch
  }

  /// The same without what the clock says.
  public var withoutTimes: EpochRecord {
    var record = self
    record.seconds = nil
    record.imagesPerSecond = nil
    return record
  }

  /// Whether this is better than another: by one accuracy, then by the other.
  func isBetter(than other: EpochRecord, byRobustness: Bool) -> Bool {
    let (mine, theirs) = (scores(byRobustness), other.scores(byRobustness))
    return mine.first == theirs.first ? mine.second > theirs.second : mine.first > theirs.first
  }

  private func scores(_ byRobustness: Bool) -> (first: Double, second: Double) {
    let (clean, robust) = (cleanAccuracy ?? 0, robustAccuracy ?? 0)
    return byRobustness ? (robust, clean) : (clean, robust)
  }
}

/// How a model does on the validation pictures.
public struct ValidationScores: Hashable, Codable, Sendable {
  /// How many pictures there are.
  public var count: Int
  /// How many the model gets right.
  public var rightCount: Int
  /// How many of these stay right under attack.
  public var robustCount: Int
  /// What was seen to go wrong for the first time.
  public var warnings: [TrainingWarning] = []

  /// Scores.
  public init(count: Int, rightCount: Int, robustCount: Int) {
    self.count = count
    self.rightCount = rightCount
    self.robustCount = robustCount
  }
}
