import Adversary
import ArgumentParser
import Foundation

/// `adversary reproduce goodfellow2015`.
struct ReproduceGoodfellow2015: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "goodfellow2015",
    abstract: "The fast gradient sign method on MNIST, and adversarial training against it.",
    discussion: """
      Trains the networks of “Explaining and harnessing adversarial examples”: softmax regression, \
      logistic regression on 3 and 7, maxout networks that learn from pictures as they are, from \
      adversarial ones and from noise. Then measures how the fast gradient sign method fools them, \
      and prints the paper's figures beside ours.

      Stop it whenever you like: the same command with the same folder goes on where it stopped.

      Examples:
        adversary reproduce goodfellow2015 --data mnist --quick
        adversary reproduce goodfellow2015 --data mnist --threads 2 -o goodfellow2015
      """)

  @Option(help: ArgumentHelp("MNIST, or another data set with classes 3 and 7.", valueName: "path"))
  var data = "../shared/data/mnist"

  @Flag(help: "Smaller networks and few epochs: minutes, to compare the pattern.")
  var quick = false

  @Option(help: "How often every picture is shown, for all networks.")
  var epochs: Int?

  @Option(help: "Units of a hidden layer, for all maxout networks.")
  var units: Int?

  @Option(help: "Only the first so many pictures to learn from, and as many to measure on.")
  var first: Int?

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  @OptionGroup var options: ReproductionOptions

  func validate() throws {
    try ReproductionOptions.require([
      ("--epochs", epochs, 1...10_000), ("--units", units, 1...4096),
      ("--first", first, 100...1_000_000),
    ])
  }

  func run() throws {
    options.engine.prepare()
    let loaded = try load()
    let folder = options.output ?? "goodfellow2015"
    let progress = Goodfellow2015Line()
    let reproduction = try Goodfellow2015Reproduction(
      plan, on: loaded, in: folder, version: AdversaryCommand.configuration.version,
      replacing: options.replace)
    try options.finish(in: folder) { isStopWanted in
      defer { progress.finish() }
      return try reproduction.run(stopping: isStopWanted, reporting: { progress.show($0) })
    } markdown: {
      $0.markdown
    } table: {
      "\(Goodfellow2015Table($0, width: ResultsTable.terminalWidth))"
    }
  }

  private var plan: Goodfellow2015Plan {
    var plan = quick ? Goodfellow2015Plan.quick : .full
    plan.seed = seed
    if let epochs {
      plan.linearEpochs = epochs
      plan.maxoutEpochs = epochs
      plan.adversarialEpochs = epochs
    }
    if let units {
      plan.units = units
      plan.adversarialUnits = units
    }
    return plan
  }

  private func load() throws -> Goodfellow2015Data {
    let training = try openDataset(at: data, split: .training)
    let test = try openDataset(at: data, split: .test)
    guard let classCount = training.classNames?.count else {
      throw CommandFailure(.badData, "\(data) has no classes, and training needs them")
    }
    let picture = try training.sample(at: 0).picture
    let shape = ImageShape(
      channels: picture.channels, height: picture.height, width: picture.width)
    var digest = PictureDigest()
    func pictures(of dataset: any Dataset) throws -> PictureSet {
      try PictureSet(
        count: min(dataset.count, first ?? .max), shape: shape, classCount: classCount
      ) { number in
        let sample = try dataset.sample(at: number)
        digest.add(sample)
        return sample
      }
    }
    let learned = try pictures(of: training)
    let source = TrainingSetup.Data(
      path: data, split: Split.training.rawValue, count: learned.count,
      sha256: digest.hexadecimal)
    return try Goodfellow2015Data(
      training: learned, test: try pictures(of: test), source: source, classCount: classCount)
  }
}

/// How far a repetition is: a bar for people who look on, a line for each epoch in a log.
private final class Goodfellow2015Line {
  private var line: ProgressLine?
  private var last = ""

  func show(_ progress: Goodfellow2015Reproduction.Progress) {
    switch progress {
    case .training(let net, .training(let now, _), let epochs):
      let words = "\(net.rawValue), epoch \(now.epoch + 1) of \(epochs)"
      note(words) { ProgressLine(words, total: now.batchCount, doneBefore: now.batch) }
      line?.show(done: now.batch)
    case .training(_, .validating, _): break
    case .measuring(let net, let done, let total):
      let words = "measuring \(net.rawValue)"
      note(words) { ProgressLine(words, total: total) }
      line?.show(done: done)
    }
  }

  func finish() { line?.finish() }

  private func note(_ words: String, _ next: () -> ProgressLine) {
    if words == last { return }
    line?.finish()
    remark(words)
    line = next()
    last = words
  }
}
