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
  private let isAdversarial: Bool
  private let budget: PerturbationBudget

  /// How many validation pictures are attacked once more to find out.
  private static let pictureCount = 100

  init(isAdversarial: Bool, budget: PerturbationBudget) {
    self.isAdversarial = isAdversarial
    self.budget = budget
  }

  /// Looks at a model after an epoch.
  mutating func look(
    at model: any DifferentiableClassifier, scores: ValidationScores, on pictures: PictureSet,
    before: EpochRecord?, epoch: Int
  ) throws {
    if isAdversarial {
      let numbers = Array(0..<min(Self.pictureCount, pictures.count))
      let key = RandomKey(seed: 0)
      let reading = try CatastrophicOverfittingCheck(within: budget).reading(
        of: model, images: pictures.images(numbers), labels: pictures.labels(numbers),
        keys: numbers.map { key.part($0) })
      warn(.catastrophicOverfitting, epoch, reading.finding)
      let leaking = LabelLeakingCheck.Reading(clean: reading.clean, fgsm: reading.fgsm)
      warn(.labelLeaking, epoch, leaking.finding)
    } else {
      compare(scores, with: before, epoch: epoch)
    }
  }

  /// Compares robust accuracies before training and now.
  private mutating func compare(
    _ scores: ValidationScores, with before: EpochRecord?, epoch: Int
  ) {
    guard let before, let count = before.validationCount, scores.count > 0,
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
  private mutating func warn(_ kind: TrainingWarning.Kind, _ epoch: Int, _ sentence: String?) {
    guard let sentence, !warnings.contains(where: { $0.kind == kind }) else { return }
    warnings.append(TrainingWarning(kind: kind, epoch: epoch, sentence: sentence))
    remark("warning: \(sentence)")
  }
}
