public import Evaluation

/// What came of one round: questions, training, and how well the substitute agrees with the service.
public struct SubstituteRound: Hashable, Codable, Sendable {
  /// The number of the round, from 0; round 0 learns from the seeds alone.
  public var round: Int
  /// How many pictures came with this round.
  public var newPictures: Int
  /// How many pictures the substitute learned from.
  public var pictures: Int
  /// How many queries the service had been asked by then, those of the held-out seeds among them.
  public var asked: Int
  /// How many classes the service's answers about these pictures name.
  public var classes: Int
  /// On how many of the pictures it learned from the substitute agrees with the service.
  public var learned: Proportion
  /// On how many of the held-out seeds it does; nothing if none are held out.
  public var agreement: Proportion?
  /// How long the training took, in seconds.
  public var seconds: Double
  /// Whether the budget left out some of its questions; nothing if it did not, or if that was not kept.
  public var isCutShort: Bool?
}
