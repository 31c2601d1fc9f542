/// What came of some pictures while they were learned from.
public struct TrainingOutcome: Hashable, Codable, Sendable {
  /// How many pictures there were.
  public var count: Int
  /// The sum of their losses.
  public var totalLoss: Double
  /// How many of them the model got right, as they were shown and before it learned from them.
  public var rightCount: Int

  /// An outcome; of nothing by default.
  public init(count: Int = 0, totalLoss: Double = 0, rightCount: Int = 0) {
    self.count = count
    self.totalLoss = totalLoss
    self.rightCount = rightCount
  }

  /// The mean loss.
  public var loss: Double { totalLoss / Double(max(count, 1)) }
  /// The share that was right, 0…1.
  public var accuracy: Double { Double(rightCount) / Double(max(count, 1)) }

  /// Both together.
  public static func + (left: TrainingOutcome, right: TrainingOutcome) -> TrainingOutcome {
    TrainingOutcome(
      count: left.count + right.count, totalLoss: left.totalLoss + right.totalLoss,
      rightCount: left.rightCount + right.rightCount)
  }
}
