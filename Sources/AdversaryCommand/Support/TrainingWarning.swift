import Adversary

/// Something that goes wrong in a training run without ending it.
struct TrainingWarning: Hashable, Encodable {
  /// What goes wrong, by a name that programs can look for.
  enum Kind: String, Encodable {
    /// Learning from pictures as they are undoes what adversarial training has done.
    case losesRobustness = "loses-robustness"
    /// The model holds against one step alone.
    case catastrophicOverfitting = "catastrophic-overfitting"
    /// The model reads the class off its adversarial examples.
    case labelLeaking = "label-leaking"
  }

  let kind: Kind
  /// After which epoch it was seen first, from 1.
  let epoch: Int
  /// What was seen and what to do.
  let sentence: String
}

/// Looks for signs that a training run goes wrong; says each kind once.
struct TrainingMonitor {
  private(set) var warnings: [TrainingWarning] = []
  let isAdversarial: Bool

  /// How many validation pictures are attacked to find out.
  static let pictureCount = 100

  init(isAdversarial: Bool) {
    self.isAdversarial = isAdversarial
  }

  /// Compares robust accuracies before training and now.
  mutating func look(at scores: ValidationScores, before: EpochRecord?, epoch: Int) {
    guard !isAdversarial, let before, let count = before.validationCount, scores.count > 0,
      let share = before.robustAccuracy
    else { return }
    let then = Proportion(Int((share * Double(count)).rounded()), of: count)
    let now = Proportion(scores.robustCount, of: scores.count)
    // Only if chance does not explain it.
    guard now.high < then.low else { return }
    warn(
      .losesRobustness, epoch,
      "the model forgets to hold: \(then.value.asPercentage) of the validation pictures stayed "
        + "right under attack before, \(now.value.asPercentage) do after epoch \(epoch); harden it "
        + "with --method pgd or trades")
  }

  /// Takes a sentence of a check; nothing if the check found nothing.
  mutating func warn(_ kind: TrainingWarning.Kind, _ epoch: Int, _ sentence: String?) {
    guard let sentence, !warnings.contains(where: { $0.kind == kind }) else { return }
    warnings.append(TrainingWarning(kind: kind, epoch: epoch, sentence: sentence))
    remark("warning: \(sentence)")
  }
}
