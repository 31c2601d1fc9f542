/// How one sample fared in an evaluation.
public struct SampleSummary: Hashable, Codable, Sendable {
  /// One attack under one budget that fooled the sample.
  public struct Defeat: Hashable, Codable, Sendable {
    /// The number of the attack in the results.
    public var attack: Int
    /// What the model says of the adversarial picture.
    public var prediction: Prediction
    /// How far it is from the original.
    public var distances: Distances

    /// A defeat.
    public init(attack: Int, prediction: Prediction, distances: Distances) {
      self.attack = attack
      self.prediction = prediction
      self.distances = distances
    }
  }

  /// The number of the sample in its data set.
  public var number: Int
  /// A name unique in the run.
  public var name: String
  /// The true class.
  public var label: Int
  /// What the model says of the original.
  public var clean: Prediction
  /// Whether that is the true class, from logits that are finite.
  public var isRight: Bool
  /// Everything that fooled the model, in the order of the results' attacks.
  public var defeats: [Defeat]

  /// A summary.
  public init(
    number: Int, name: String, label: Int, clean: Prediction, isRight: Bool, defeats: [Defeat]
  ) {
    self.number = number
    self.name = name
    self.label = label
    self.clean = clean
    self.isRight = isRight
    self.defeats = defeats
  }
}
