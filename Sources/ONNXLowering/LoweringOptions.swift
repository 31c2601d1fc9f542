/// How an ONNX model becomes a program.
public struct LoweringOptions: Hashable, Sendable {
  /// What the program returns.
  public enum Results: Hashable, Sendable {
    /// The scores of a classifier: labels and the softmax at the end are left out.
    case scores
    /// Everything that the model returns.
    case all
  }

  /// What a model says of the second of two classes.
  public enum LoneScore: Hashable, Sendable {
    /// A number that is positive where the class is likelier than the other one.
    case logit
    /// The probability of the class.
    case probability
  }

  /// What the program returns.
  public var results: Results = .scores
  /// The name of the result that holds the scores; needed where several could.
  public var scores: String?
  /// What one number for each picture is, where the model returns no more; recognised if a sigmoid gives it.
  public var loneScore: LoneScore?
  /// The sizes of the input after the first, where the model leaves them open.
  public var openSizes: [Int]?
  /// Whether steps such as `Round` pass gradients on as if they were not there (Athalye, Carlini and
  /// Wagner 2018, “Obfuscated gradients give a false sense of security”).
  public var isStraightThrough = false

  /// The usual options.
  public init() {}
}
