public import Evaluation
public import Imaging
public import Oracles

/// What the service said of one picture's adversarial point.
public struct TransferOutcome: Hashable, Sendable {
  /// The number of the picture among those that are attacked.
  public var picture: Int
  /// What the substitute, or the ensemble, takes the point for.
  public var substitute: Int
  /// What the service takes it for.
  public var answer: Int
  /// The question by which the journal knows the point.
  public var question: QueryDigest
  /// What became of it.
  public var outcome: Outcome
  /// How far it is from the picture.
  public var distances: Distances
  /// The point as it was sent.
  public var point: Picture
}
