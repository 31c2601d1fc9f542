import ThreatModels
public import Training

/// The pictures that the paper's networks learn from and are measured on.
public struct Goodfellow2015Data {
  /// What is learned from and, for a sixth of it, held out.
  public let training: PictureSet
  /// What is measured on.
  public let test: PictureSet
  /// Where both come from, for people and for telling runs apart.
  public let source: TrainingSetup.Data
  /// How many classes there are.
  public let classCount: Int

  /// Whether the pictures have the shape of those of MNIST, and as many classes.
  var isLikeMNIST: Bool {
    training.shape == ImageShape(channels: 1, height: 28, width: 28) && classCount == 10
  }

  /// The classes that logistic regression tells apart.
  static let pair = [3, 7]

  /// Pictures.
  ///
  /// - Parameters:
  ///   - training: what is learned from.
  ///   - test: of the same shape.
  ///   - source: where both come from.
  ///   - classCount: how many classes there are.
  /// - Throws: `TrainingError.method(_:)` when there are too few pictures, or none of a 3 or a 7.
  public init(
    training: PictureSet, test: PictureSet, source: TrainingSetup.Data, classCount: Int
  ) throws(TrainingError) {
    for set in [training, test] {
      for label in Self.pair where !set.labels.contains(label) {
        throw .method("there is no picture of class \(label), which the paper tells from others")
      }
    }
    guard training.pictures(ofClasses: Self.pair).count >= Self.share else {
      throw .method("there are too few pictures of the classes 3 and 7 to hold some of them out")
    }
    self.training = training
    self.test = test
    self.source = source
    self.classCount = classCount
  }

  /// One of so many pictures is held out, as 10,000 of the 60,000 of MNIST.
  private static let share = 6

  /// What a network learns from, is judged by after each epoch, and is measured on.
  func parts(
    for net: Goodfellow2015Net, seed: UInt64
  ) -> (training: PictureSet, heldOut: PictureSet, test: PictureSet) {
    let (all, test) =
      net.isForPair
      ? (training.pictures(ofClasses: Self.pair), self.test.pictures(ofClasses: Self.pair))
      : (training, self.test)
    let (learned, heldOut) = all.parted(holdingOut: all.count / Self.share, seed: seed)
    return (learned, heldOut, test)
  }
}
