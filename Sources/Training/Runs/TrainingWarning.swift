/// Something that goes wrong in a training run without ending it.
public struct TrainingWarning: Hashable, Codable, Sendable {
  /// What goes wrong, by a name that programs can look for.
  public enum Kind: String, Hashable, Codable, Sendable {
    /// Learning from pictures as they are undoes what adversarial training has done.
    case losesRobustness = "loses-robustness"
    /// The model holds against one step alone.
    case catastrophicOverfitting = "catastrophic-overfitting"
    /// The model reads the class off its adversarial examples.
    case labelLeaking = "label-leaking"
  }

  /// What goes wrong.
  public var kind: Kind
  /// After which epoch it was seen first, from 1.
  public var epoch: Int
  /// What was seen and what to do.
  public var sentence: String

  /// A warning.
  public init(_ kind: Kind, epoch: Int, sentence: String) {
    self.kind = kind
    self.epoch = epoch
    self.sentence = sentence
  }
}
