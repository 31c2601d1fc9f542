public import ThreatModels

/// What is known of a model behind the Open Inference Protocol besides what the server tells.
///
/// Whatever is not said here is taken from the model's metadata, and refused if they leave it open.
public struct OpenInferenceOptions: Sendable {
  /// In which order the numbers of a picture stand in an input of numbers.
  public enum Layout: String, Sendable, CaseIterable {
    /// A channel after the other: [N, C, H, W].
    case channelsFirst = "channels-first"
    /// A pixel after the other: [N, H, W, C].
    case channelsLast = "channels-last"
    /// One row for a picture, a channel after the other: [N, C·H·W].
    case flat
  }

  /// The name of the input, if there are several.
  public var input: String?
  /// The name of the output that holds scores or classes, if names and shapes do not tell.
  public var output: String?
  /// What the scores are; by the output's name if not said.
  public var scoreKind: ScoreKind?
  /// The order of numbers, where the input's shape leaves it open.
  public var layout: Layout?
  /// The shape of one picture, where the input's shape leaves it open.
  public var imageShape: ImageShape?
  /// The names of the classes, where an output holds names.
  public var classNames: [String]?
  /// The number of classes, where no output's shape tells.
  public var classCount: Int?
  /// How pictures are sent: rounded to 8 bits if not said, as files where the input takes strings.
  public var encoding: PictureEncoding?
  /// How many pictures go into a request at most.
  public var batchSize = 32
  /// Whether labels alone are used, though there may be scores; where the model offers a label, nothing
  /// else is asked for.
  public var labelsOnly = false

  /// Nothing known.
  public init() {}
}
