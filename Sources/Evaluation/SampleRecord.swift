/// All that is kept about one attacked picture, besides its pixels.
public struct SampleRecord: Hashable, Codable, Sendable {
  /// A name unique in the run, fit for a file name, such as `0007-stop`.
  public var name: String
  /// The true class with its name.
  ///
  /// Where the user gave no label it is the model's own prediction.
  public var label: Int
  /// The label's name for people.
  public var labelName: String
  /// The class that a targeted attack aims at, or nothing.
  public var target: Int?
  /// The target's name for people.
  public var targetName: String?
  /// What the model says of the original.
  public var clean: Prediction
  /// What the model says of the adversarial picture; nothing if the picture was not attacked.
  public var adversarial: Prediction?
  /// What became of the picture.
  public var outcome: Outcome
  /// How far the adversarial picture is from the original; nothing if it was not attacked.
  public var distances: Distances?

  /// A record.
  public init(
    name: String, label: Int, labelName: String, target: Int? = nil, targetName: String? = nil,
    clean: Prediction, adversarial: Prediction? = nil, outcome: Outcome,
    distances: Distances? = nil
  ) {
    self.name = name
    self.label = label
    self.labelName = labelName
    self.target = target
    self.targetName = targetName
    self.clean = clean
    self.adversarial = adversarial
    self.outcome = outcome
    self.distances = distances
  }
}
