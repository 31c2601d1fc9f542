import Adversary
import ArgumentParser

/// Which attacks, under which budgets, on which pictures.
struct EvaluationOptions: ParsableArguments {
  /// Which grids.
  enum Grids: String, ExpressibleByArgument, CaseIterable {
    case eightBit = "8bit"
    case float, both

    var grids: [PixelGrid] {
      switch self {
      case .eightBit: [.eightBit]
      case .float: [.float]
      case .both: [.eightBit, .float]
      }
    }
  }

  @OptionGroup var datasetOptions: DatasetOptions

  @Option(
    help: ArgumentHelp(
      "Only the first so many pictures. Of class folders these are whole classes: see --sample."))
  var first: Int?

  @Option(help: "Only so many pictures, taken evenly from the whole data set.")
  var sample: Int?

  @Option(
    name: [.long, .customLong("attack")],
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "One or many, with settings after a colon: autoattack fgsm pgd:steps=100,restarts=10; commas may "
        + "part them, too. "
        + "adversary attacks lists them all. fgsm with --target is the one-step target-class method."
    ))
  var attacks = ["autoattack"]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "One or many, pixels being in [0, 1]: 8/255, 0.03 or 8px. 8/255 for linf, 0.5 for l2, 12 for "
        + "l1 and 50 for l0 if not said."))
  var epsilon: [String] = []

  @Option(parsing: .upToNextOption, help: "One or many of linf, l2, l1, l0.")
  var norm: [Norm] = [.linf]

  @Option(
    help: "8bit: results are real pictures; float: as in the literature; both: each by itself.")
  var pixels: Grids = .eightBit

  @Option(
    help: ArgumentHelp(
      "least-likely: each picture is to be taken for the class that is least likely. Any wrong class "
        + "if not said."))
  var target: String?

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "How many pictures to work on at once. Results depend on it only by rounding: convolutions round "
        + "differently for different batch sizes, which now and then decides about a picture."))
  var batchSize = 100

  @Flag(help: "Leave out the checks for gradient masking.")
  var noSanity = false

  mutating func validate() throws {
    attacks = attacks.partedAtCommas
    if let first, first < 1 { throw ValidationError("--first must be at least 1") }
    if let sample, sample < 1 { throw ValidationError("--sample must be at least 1") }
    if first != nil && sample != nil {
      throw ValidationError("give either --first or --sample")
    }
    if !(1...1_000_000).contains(batchSize) {
      throw ValidationError("--batch-size must be between 1 and 1000000")
    }
    if let target, target != "least-likely" {
      throw ValidationError(
        "--target can only be least-likely here; adversary attack knows classes")
    }
  }

  /// All budgets with all grids: by norm, by grid, smaller ones first.
  func threats() throws -> [ThreatModel] {
    try Norm.allCases.filter(norm.contains).flatMap { norm in
      let texts = epsilon.isEmpty ? [norm.usualEpsilon] : epsilon.partedAtCommas
      var budgets: [PerturbationBudget] = []
      for budget in try texts.map({ try PerturbationBudget(norm, epsilon: $0) })
      where !budgets.contains(where: { $0.epsilon == budget.epsilon }) {
        budgets.append(budget)
      }
      budgets.sort { $0.epsilon < $1.epsilon }
      return pixels.grids.flatMap { grid in budgets.map { ThreatModel($0, pixels: grid) } }
    }
  }

  /// The pictures that are to be evaluated, and perhaps more behind them.
  func pictures(of dataset: any Dataset, for model: LoadedModel) throws -> ModelPictures {
    try ModelPictures(of: dataset, for: model, sampling: sample)
  }

  /// What is to be evaluated, and how.
  func setup(of model: LoadedModel, pictures: ModelPictures) throws -> EvaluationSetup {
    let choices = try attacks.map { try EvaluationSetup.AttackChoice($0) }
    if let twice = choices.first(where: { choice in
      choices.count { ($0.name, $0.settings) == (choice.name, choice.settings) } > 1
    }) {
      throw CommandFailure(.usage, "\(twice.text) is given more than once")
    }
    let count = min(first ?? pictures.count, pictures.count)
    return EvaluationSetup(
      version: AdversaryCommand.configuration.version, engineVersion: Engine.version,
      model: try model.recorded(), imageShape: model.classifier.imageShape,
      classCount: model.classifier.classCount, classNames: model.classNames,
      classNamesPath: model.namesFile?.absolutePath,
      data: .init(
        path: datasetOptions.data.absolutePath, split: datasetOptions.split.rawValue, count: count,
        isSpread: pictures.isSpread ? true : nil,
        classCount: count < pictures.countOfAll ? pictures.classCount : nil,
        sha256: try pictures.digest(ofFirst: count)),
      attacks: choices,
      threats: try threats(), objective: target == nil ? .untargeted : .leastLikely, seed: seed,
      batchSize: batchSize, checksSanity: !noSanity)
  }
}
