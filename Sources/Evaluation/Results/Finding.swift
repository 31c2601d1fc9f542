/// Something that makes the numbers of an evaluation doubtful, with what to do about it.
public struct Finding: Hashable, Codable, Sendable {
  /// What was found, by a name that programs can look for.
  public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
    /// The gradient of the loss is exactly zero for many samples.
    case zeroGradients = "zero-gradients"
    /// Steps against the gradient raise the loss more than steps along it.
    case misleadingGradients = "misleading-gradients"
    /// A gradient or a logit is not a finite number.
    case notFinite = "not-finite"
    /// The model gives different answers to the same question.
    case notDeterministic = "not-deterministic"
    /// Attacks without gradients fool samples that attacks with gradients do not.
    case blackBoxBeatsWhiteBox = "black-box-beats-white-box"
    /// Samples stay right although any picture is allowed.
    case unboundedAttackFails = "unbounded-attack-fails"
    /// Many more steps fool many more samples, so the attacks have not converged.
    case moreStepsHelp = "more-steps-help"
    /// One step fools samples that many steps do not.
    case oneStepBeatsMany = "one-step-beats-many"
    /// Examples made for another model fool samples that attacks on the model itself do not.
    case transferBeatsWhiteBox = "transfer-beats-white-box"
    /// An attacker who knows the defence fools significantly more than one who does not.
    case defenseMasksGradients = "defense-masks-gradients"
    /// The journal lacks the answer of a sanity check that was to be made.
    case sanityChecksMissing = "sanity-checks-missing"
    /// The model was exported in training mode and was switched to evaluation.
    case exportedInTrainingMode = "exported-in-training-mode"
    /// The model has steps, such as rounding, through which no true gradient passes.
    case stepsInModel = "steps-in-model"
    /// The pictures that were taken leave out classes of the data set.
    case classesLeftOut = "classes-left-out"
    /// There are fewer classes than a loss of the ensemble needs, so the margin stands for it.
    case marginForFewClasses = "margin-for-few-classes"
  }

  /// How much weight it has.
  public enum Severity: String, Hashable, Codable, Sendable {
    /// The robust accuracy is probably too high.
    case warning
    /// Good to know.
    case note
  }

  /// What was found.
  public var kind: Kind
  /// How much weight it has.
  public var severity: Severity
  /// What was seen, in one sentence with numbers.
  public var observation: String
  /// What to do about it, in one sentence.
  public var advice: String

  /// A finding.
  public init(_ kind: Kind, _ severity: Severity, observation: String, advice: String) {
    self.kind = kind
    self.severity = severity
    self.observation = observation.asSentence
    self.advice = advice.asSentence
  }
}

extension String {
  /// The text with a capital in front and a full stop behind.
  fileprivate var asSentence: String {
    prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".")
  }
}
