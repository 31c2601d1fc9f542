public import ThreatModels

/// A model as a server shows it.
public struct ServedClassifier {
  /// The model; the server's own thread uses it and nobody else.
  public var classifier: any Classifier
  /// One name for each class, if there are names.
  public var classNames: [String]?
  /// The framework that the model's file is of, as Triton calls it.
  public var platform: String

  /// What Triton calls models that PyTorch exported.
  public static let exportedPlatform = "pytorch_torchexport"

  /// A model with the names of its classes.
  public init(
    _ classifier: any Classifier, classNames: [String]? = nil,
    platform: String = exportedPlatform
  ) {
    self.classifier = classifier
    self.classNames = classNames
    self.platform = platform
  }
}

/// What is known of a served model outside its thread.
struct ModelFacts: Sendable {
  let imageShape: ImageShape
  let classCount: Int
  let classNames: [String]?
  let platform: String

  init(_ model: ServedClassifier) {
    imageShape = model.classifier.imageShape
    classCount = model.classifier.classCount
    classNames = model.classNames
    platform = model.platform
  }
}

/// The pixels of pictures in [0, 1]: picture by picture, channel by channel, row by row.
struct PixelBatch: Sendable {
  var pixels: [Float]
  var count: Int
}

/// What a model says of pictures.
struct ClassScores: Sendable, Equatable {
  /// [N, K] row by row.
  var logits: [Float]
  /// The softmax of the logits, [N, K] row by row.
  var probabilities: [Float]
  /// The class with the highest logit for each picture.
  var labels: [Int]
}
