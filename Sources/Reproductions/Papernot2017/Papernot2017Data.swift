public import Datasets
public import Training

/// The pictures that the model in production learned from, and those that the attacker has.
public struct Papernot2017Data {
  /// What the model in production learned from.
  public let training: PictureSet
  /// Pictures that it has not seen, in its shape and with its classes.
  public let test: [LabelledPicture]
  /// Where both come from, for people and for telling runs apart.
  public let source: TrainingSetup.Data
  /// How many classes there are.
  public let classCount: Int

  /// Pictures.
  ///
  /// - Throws: `TrainingError.method(_:)` when there are too few.
  public init(
    training: PictureSet, test: [LabelledPicture], source: TrainingSetup.Data, classCount: Int,
    for plan: Papernot2017Plan
  ) throws(TrainingError) {
    let needed = max(plan.seedCount, plan.linearSeedCount) + plan.measuredCount
    guard test.count >= needed else {
      throw .method(
        "there are \(test.count) test pictures, and \(needed) are needed: as seeds, and to measure on"
      )
    }
    self.training = training
    self.test = test
    self.source = source
    self.classCount = classCount
  }
}
