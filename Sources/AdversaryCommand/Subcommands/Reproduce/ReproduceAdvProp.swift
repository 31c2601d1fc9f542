import Adversary
import ArgumentParser
import Foundation

/// `adversary reproduce advprop`.
struct ReproduceAdvProp: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advprop",
    abstract: "AdvProp against plain and shared adversarial training, on a part of CIFAR-10.",
    discussion: """
      Trains small residual networks from nothing in four ways: on pictures as they are; with \
      adversarial ones through the same batch norms; through one auxiliary set (AdvProp); through \
      several (fine-grained). Each is trained from the same initial weights for each seed. Then \
      accuracy, accuracy under common corruptions and under attack are compared. \
      Xie et al. 2020 did this with EfficientNets on ImageNet; this is a small-scale test of \
      whether their finding carries over, not a repetition.

      Stop it whenever you like: the same command goes on where it stopped.

      Examples:
        adversary reproduce advprop --quick
        adversary reproduce advprop --epochs 10 --threads 1 -o advprop
      """)

  @Option(help: ArgumentHelp("CIFAR-10 in its binary layout.", valueName: "path"))
  var data = "../shared/data/cifar-10-batches-bin"

  @Flag(help: "Few pictures, few epochs, a small network: only to see that everything works.")
  var quick = false

  @Option(help: "How many networks of each kind are trained.")
  var seeds: Int?

  @Option(help: "How often every picture is shown.")
  var epochs: Int?

  @Option(help: "Only the first so many training pictures.")
  var pictures: Int?

  @Option(help: "Channels of the network's first stage.")
  var networkWidth: Int?

  @Option(help: "Residual blocks of each of the three stages.")
  var blocks: Int?

  @OptionGroup var options: ReproductionOptions

  func validate() throws {
    try ReproductionOptions.require([
      ("--seeds", seeds, 1...100), ("--epochs", epochs, 1...10_000),
      ("--pictures", pictures, 256...1_000_000), ("--network-width", networkWidth, 1...512),
      ("--blocks", blocks, 1...100),
    ])
  }

  func run() throws {
    options.engine.prepare()
    var plan = quick ? AdvPropPlan.quick : .full
    plan.seeds = seeds ?? plan.seeds
    plan.epochs = epochs ?? plan.epochs
    plan.trainingCount = pictures ?? plan.trainingCount
    plan.width = networkWidth ?? plan.width
    plan.blocks = blocks ?? plan.blocks
    let loaded = try load(&plan)
    remark(
      "\(AdvPropArm.allCases.count * plan.seeds) networks, \(plan.passes) passes over pictures, "
        + (plan.isQuick ? "only to see that everything works" : "which takes long"))
    let folder = options.output ?? "advprop"
    let progress = ReproductionLine(plan)
    let reproduction = AdvPropReproduction(
      plan, on: loaded, in: folder, version: AdversaryCommand.configuration.version,
      replacing: options.replace)
    try options.finish(in: folder) { isStopWanted in
      defer { progress.finish() }
      return try reproduction.run(stopping: isStopWanted, reporting: { progress.show($0) })
    } markdown: {
      $0.markdown
    } table: {
      "\(AdvPropTable($0, width: ResultsTable.terminalWidth))"
    }
  }

  /// Opens the data; the plan is cut to what is there.
  private func load(_ plan: inout AdvPropPlan) throws -> AdvPropData {
    let training = try CIFAR10(folder: data, split: .training)
    let test = try CIFAR10(folder: data, split: .test)
    plan.trainingCount = min(plan.trainingCount, training.count)
    plan.testCount = min(plan.testCount, test.count)
    plan.corruptedCount = min(plan.corruptedCount, plan.testCount)
    plan.attackedCount = min(plan.attackedCount, plan.testCount)
    var digest = PictureDigest()
    let set = try PictureSet(
      count: plan.trainingCount, shape: ImageShape(channels: 3, height: 32, width: 32),
      classCount: 10
    ) { number in
      let sample = try training.sample(at: number)
      digest.add(sample)
      return sample
    }
    return AdvPropData(
      training: set, test: try (0..<plan.testCount).map { try test.sample(at: $0) },
      source: TrainingSetup.Data(
        path: data, split: Split.training.rawValue, count: plan.trainingCount,
        sha256: digest.hexadecimal))
  }
}

/// How far a comparison is: a bar for people who look on, a line for each network in a log.
private final class ReproductionLine {
  private let line: ProgressLine
  private var last = ""

  init(_ plan: AdvPropPlan) {
    line = ProgressLine(
      "epochs", total: plan.seeds * plan.epochs * AdvPropArm.allCases.count)
  }

  func show(_ progress: AdvPropReproduction.Progress) {
    switch progress {
    case .training(let arm, let seed, let epochsDone, _):
      note("training \(arm.rawValue), seed \(seed)")
      line.show(done: Int(epochsDone), now: "\(arm.rawValue), seed \(seed)")
    case .corrupting(let done, let total): note("corrupted pictures: \(done) of \(total)")
    case .attacking(let arm, let seed): note("attacking \(arm.rawValue), seed \(seed)")
    }
  }

  func finish() { line.finish() }

  private func note(_ words: String) {
    if words != last { remark(words) }
    last = words
  }
}
