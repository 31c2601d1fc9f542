public import Evaluation

/// What came of a further model that learned from the answers that the substitute learned from.
public struct SubstituteMember: Hashable, Codable, Sendable {
  /// What it began as.
  public var model: SubstituteSetup.Model
  /// How many pictures it learned from.
  public var pictures: Int
  /// On how many of them it agrees with the service.
  public var learned: Proportion
  /// On how many of the held-out seeds it does; nothing if none are held out.
  public var agreement: Proportion?
  /// How long the training took, in seconds.
  public var seconds: Double

  /// Whether this is a model that has learned from so many of a run's pictures.
  ///
  /// Pictures are only ever added to a run, so that their number says which they are.
  func hasLearned(as model: SubstituteSetup.Model, from pictures: Int) -> Bool {
    self.model.isSame(as: model) && self.pictures == pictures
  }
}
