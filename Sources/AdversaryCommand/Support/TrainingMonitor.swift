import Adversary

/// Looks for signs that a training run goes wrong; says each kind once.
struct TrainingMonitor {
  /// What was seen in earlier epochs.
  private var seen: Set<TrainingWarning.Kind> = []
  private let isAdversarial: Bool
  private let budget: PerturbationBudget

  /// How many validation pictures are attacked once more to find out.
  private static let pictureCount = 100

  init(isAdversarial: Bool, budget: PerturbationBudget) {
    self.isAdversarial = isAdversarial
    self.budget = budget
  }

  /// Looks at a model after an epoch.
  ///
  /// - Parameters:
  ///   - scores: of the model on the same pictures.
  ///   - run: what it did in earlier epochs, and before the first.
  /// - Returns: what is seen for the first time; it is said at once.
  mutating func look(
    at model: any DifferentiableClassifier, scores: ValidationScores, on pictures: PictureSet,
    in run: TrainingRun, epoch: Int
  ) throws -> [TrainingWarning] {
    seen.formUnion(run.warnings.map(\.kind))
    if isAdversarial {
      let numbers = Array(0..<min(Self.pictureCount, pictures.count))
      let key = RandomKey(seed: 0)
      let reading = try CatastrophicOverfittingCheck(within: budget).reading(
        of: model, images: pictures.images(numbers), labels: pictures.labels(numbers),
        keys: numbers.map { key.part($0) })
      let leaking = LabelLeakingCheck.Reading(
        clean: reading.clean, fgsm: reading.fgsm, of: reading.count)
      return warn(.catastrophicOverfitting, epoch, reading.finding)
        + warn(.labelLeaking, epoch, leaking.finding)
    }
    // A model that has learned nothing has no robustness to lose: it names one class for everything.
    guard run.setup.model.sha256 != nil, let before = run.records.first else { return [] }
    return warn(.losesRobustness, epoch, Self.loss(from: before, to: scores, epoch: epoch))
  }

  /// Compares robust accuracies before training and now.
  private static func loss(
    from before: EpochRecord, to scores: ValidationScores, epoch: Int
  ) -> String? {
    guard let count = before.validationCount, scores.count > 0, let share = before.robustAccuracy
    else { return nil }
    let then = Proportion(Int((share * Double(count)).rounded()), of: count)
    let now = Proportion(scores.robustCount, of: scores.count)
    // Only if chance does not explain it.
    guard now.high < then.low else { return nil }
    return
      "the model forgets to hold: \(then.value.asPercentage) of the validation pictures stayed "
      + "right under attack before, \(now.value.asPercentage) do after epoch \(epoch); harden it "
      + "with --method pgd or trades"
  }

  /// Takes a sentence of a check; nothing if the check found nothing.
  private mutating func warn(
    _ kind: TrainingWarning.Kind, _ epoch: Int, _ sentence: String?
  ) -> [TrainingWarning] {
    guard let sentence, seen.insert(kind).inserted else { return [] }
    remark("warning: \(sentence)")
    return [TrainingWarning(kind, epoch: epoch, sentence: sentence)]
  }
}
