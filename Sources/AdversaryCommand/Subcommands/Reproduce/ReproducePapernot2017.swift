import Adversary
import ArgumentParser
import Foundation

/// `adversary reproduce papernot2017`.
struct ReproducePapernot2017: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "papernot2017",
    abstract: "Substitutes of a model in production, from its labels alone.",
    discussion: """
      Trains a network, puts it behind HTTP on this machine, and plays the attacker of “Practical \
      black-box attacks against machine learning”: 150 pictures, 6,400 queries for labels, a substitute \
      by Jacobian-based augmentation (in one direction, with a step that turns, with reservoir \
      sampling), by noise and by natural pictures for comparison, and a linear one with 800 queries. \
      Then measures how often each agrees with the network, and how often its adversarial pictures \
      fool it, beside the paper's figures.

      Stop it whenever you like: the same command with the same folder goes on where it stopped, and \
      asks nothing twice.

      Examples:
        adversary reproduce papernot2017 --data mnist --quick
        adversary reproduce papernot2017 --data mnist --threads 1 -o papernot2017
        adversary reproduce papernot2017 --data gtsrb --threads 1 -o papernot2017-gtsrb
      """)

  @Option(
    help: ArgumentHelp("MNIST, GTSRB as class folders, or another data set.", valueName: "path"))
  var data = "../shared/data/mnist"

  @Flag(help: "A fifth of the queries, once: minutes, to compare the pattern.")
  var quick = false

  @Option(help: "How often each kind of substitute is built.")
  var seeds: Int?

  @Option(help: "How many queries may be asked for a network.")
  var budget: Int?

  @Option(
    help: ArgumentHelp(
      "What the model in production is, an architecture of adversary train.",
      valueName: "architecture"))
  var production = "lenet"

  @Option(
    help: "How often the model in production sees every picture. (default: by their number)")
  var productionEpochs: Int?

  @Option(
    help: ArgumentHelp(
      "What the attacker takes for a substitute.", valueName: "architecture"))
  var substitute = "lenet"

  @Option(help: "How many test pictures agreement and attacks are measured on.")
  var measured: Int?

  @OptionGroup var options: ReproductionOptions

  func validate() throws {
    try ReproductionOptions.require([
      ("--seeds", seeds, 1...100), ("--budget", budget, 200...1_000_000),
      ("--production-epochs", productionEpochs, 1...10_000), ("--measured", measured, 10...100_000),
    ])
  }

  func run() throws {
    options.engine.prepare()
    var plan = plan
    let loaded = try load(for: plan)
    plan.oracleEpochs =
      productionEpochs
      ?? Papernot2017Plan.oracleEpochs(forTrainingPictures: loaded.training.count)
    let folder = options.output ?? "papernot2017"
    let progress = Papernot2017Line()
    let reproduction = Papernot2017Reproduction(
      plan, on: loaded, in: folder, version: AdversaryCommand.configuration.version,
      replacing: options.replace)
    var service: LoopbackService?
    try options.finish(in: folder) { isStopWanted in
      defer { progress.finish() }
      return try reproduction.run(
        askingThrough: { path in
          let started = try LoopbackService(
            modelPath: path, classCount: loaded.classCount)
          service = started
          return started.model
        }, stopping: isStopWanted, reporting: { progress.show($0) })
    } markdown: {
      $0.markdown
    } table: {
      "\(Papernot2017Table($0, width: ResultsTable.terminalWidth))"
    }
    try service?.stop()
  }

  private var plan: Papernot2017Plan {
    var plan = quick ? Papernot2017Plan.quick : .full
    plan.oracle = production
    plan.substitute = substitute
    plan.seeds = seeds ?? plan.seeds
    plan.budget = budget ?? plan.budget
    plan.measuredCount = measured ?? plan.measuredCount
    return plan
  }

  private func load(for plan: Papernot2017Plan) throws -> Papernot2017Data {
    let training = try openDataset(at: data, split: .training)
    let test = try openDataset(at: data, split: .test)
    guard let classCount = training.classNames?.count else {
      throw CommandFailure(.badData, "\(data) has no classes, and the experiment needs them")
    }
    let picture = try training.sample(at: 0).picture
    let shape = ImageShape(
      channels: picture.channels, height: picture.height, width: picture.width)
    var digest = PictureDigest()
    let line = ProgressLine("reading pictures", total: training.count + test.count)
    defer { line.finish() }
    func read(_ dataset: any Dataset, _ number: Int) throws -> LabelledPicture {
      if number % 256 == 0 { line.show(done: number) }
      var sample = try dataset.sample(at: number)
      sample.picture = try sample.picture.fitted(to: shape, named: sample.name)
      digest.add(sample)
      return sample
    }
    let learned = try PictureSet(count: training.count, shape: shape, classCount: classCount) {
      try read(training, $0)
    }
    let others = try (0..<test.count).map { try read(test, $0) }
    return try Papernot2017Data(
      training: learned, test: others,
      source: TrainingSetup.Data(
        path: data.absolutePath, split: Split.training.rawValue, count: learned.count,
        sha256: digest.hexadecimal), classCount: classCount, for: plan)
  }
}

/// How far a repetition is: a bar for people who look on, a line for each round in a log.
private final class Papernot2017Line {
  private var line: ProgressLine?
  private var last = ""

  func show(_ progress: Papernot2017Reproduction.Progress) {
    switch progress {
    case .training(.training(let now, _), let epochs):
      show("production, epoch \(now.epoch + 1) of \(epochs)", now.batch, now.batchCount)
    case .training(.validating, _): break
    case .building(let arm, let seed, let progress):
      let name = "\(arm.rawValue), seed \(seed)"
      switch progress {
      case .asking(let round, let done, let total):
        show("\(name), round \(round): asking", done, total)
      case .training(let round, let done, let total):
        show("\(name), round \(round): learning", done, total)
      case .finished(let round):
        finish()
        remark("\(name): \(round.words)")
      }
    }
  }

  func finish() {
    line?.finish()
    line = nil
    last = ""
  }

  private func show(_ words: String, _ done: Int, _ total: Int) {
    if words != last {
      line?.finish()
      line = ProgressLine(words, total: total)
      last = words
    }
    line?.show(done: done)
  }
}
