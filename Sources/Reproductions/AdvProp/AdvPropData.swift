public import Datasets
public import Training

/// The pictures of a comparison.
public struct AdvPropData {
  /// What is learned from.
  public let training: PictureSet
  /// What is measured on, with labels.
  public let test: [LabelledPicture]
  /// Where both come from, for people and for telling runs apart.
  public let source: TrainingSetup.Data

  /// Pictures.
  ///
  /// - Precondition: all are 32×32 or larger and of one shape, and all test pictures have labels.
  public init(training: PictureSet, test: [LabelledPicture], source: TrainingSetup.Data) {
    precondition(test.allSatisfy { $0.label != nil }, "test pictures without labels")
    self.training = training
    self.test = test
    self.source = source
  }
}
