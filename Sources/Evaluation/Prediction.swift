/// What a model says of one picture.
public struct Prediction: Hashable, Codable, Sendable {
  /// The class with the highest logit; the first one where several are equal.
  public var classIndex: Int
  /// The class's name for people; its number where no names are known.
  public var className: String
  /// The softmax probability of the class, 0…1.
  public var confidence: Double

  /// A prediction.
  public init(classIndex: Int, className: String, confidence: Double) {
    self.classIndex = classIndex
    self.className = className
    self.confidence = confidence
  }
}
