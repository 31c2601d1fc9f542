public import Corruptions

/// How often a model is right under common corruptions.
public struct CorruptionResults: Hashable, Codable, Sendable {
  /// One corruption.
  public struct Row: Hashable, Codable, Sendable {
    /// Which.
    public var corruption: Corruption
    /// The share of right answers at each severity, from 1, with Wilson's interval.
    public var accuracies: [Proportion]
    /// The mean over the severities.
    ///
    /// The severities of one picture are not independent, so the interval is over pictures: that of
    /// the mean of each picture's share of right answers.
    public var mean: MeanInterval
  }

  /// The version of this format.
  public var formatVersion = 1
  /// Where all randomness came from.
  public var seed: UInt64
  /// The share of right answers on the pictures as they are.
  public var clean: Proportion
  /// Each corruption.
  public var rows: [Row]
  /// The mean over all corruptions and severities, with an interval over pictures.
  public var mean: MeanInterval

  /// Results.
  init(seed: UInt64, clean: Proportion, rows: [Row], mean: MeanInterval) {
    self.seed = seed
    self.clean = clean
    self.rows = rows
    self.mean = mean
  }
}
