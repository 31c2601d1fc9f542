import Adversary
import ArgumentParser
import Foundation

/// `adversary train`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model, or harden one, and write a file that PyTorch opens.",
    discussion: """
      Examples:
        adversary train model.pt2 --data train/ --method pgd --epochs 10 -o hardened
        adversary train lenet --data mnist/ --method pgd --epsilon 0.3 --threads 1 -o lenet
        adversary train model.pt2 --data mnist/ --method trades:beta=6 --epsilon 0.3 -o hardened
        adversary train model.pt2 --data cifar-10-batches-bin --crop 4 --flip --patience 5
        adversary train model.onnx --data train/ --method advprop -o hardened
        adversary train model.pt2 --data new-shop/ --freeze 'features.*' --rate 0.003

      Stop it whenever you like: the same command goes on where it stopped, and on one thread \
      (--threads 1) it ends with the same weights, bit for bit. Other settings need another \
      folder, or --replace.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model that PyTorch exported with a dynamic batch, an ONNX file, or an architecture to train from "
        + "nothing: "
        + ArchitectureCatalogue.entries.map(\.pattern).joined(separator: ", ") + "."))
  var model: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder for last.pt2, best.pt2, their weights as .safetensors, metrics.jsonl and the "
        + "checkpoint.", valueName: "folder"))
  var output = "training"

  @Flag(help: "Begin anew: delete the run that the folder holds.")
  var replace = false

  @Flag(help: "Print what came of the run as JSON.")
  var json = false

  @OptionGroup(title: "Pictures") var dataOptions: TrainingDataOptions
  @OptionGroup(title: "What is learned") var methodOptions: TrainingMethodOptions
  @OptionGroup(title: "How long and how fast") var trainingOptions: TrainingOptions

  @Option(
    help: ArgumentHelp(
      "A file with the names of the classes, one a line, the first for class 0.",
      valueName: "file"))
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Weights that stay as they are, by patterns of their names such as 'layer1.*'. Running "
        + "statistics of batch norms are no weights, and follow the pictures all the same.",
      valueName: "pattern"))
  var freeze: [String] = []

  @Flag(help: "Write a model with each auxiliary set of batch-norm weights, too.")
  var writeBranches = false

  @Option(
    help: ArgumentHelp(
      "How often a long epoch leaves a checkpoint; 0 after every batch.", valueName: "seconds"))
  var checkpointSeconds = 60.0

  @OptionGroup var input: InputOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if !(0...1e9).contains(checkpointSeconds) {
      throw ValidationError("--checkpoint-seconds must be between 0 and 1000000000")
    }
    let isJudged = dataOptions.validation != 0
    if !isJudged && (trainingOptions.patience != nil || trainingOptions.best != nil) {
      throw ValidationError(
        "--patience and --best compare epochs, and without validation pictures nothing does")
    }
  }

  func run() throws {
    engine.prepare()
    // A limit to the size of files is then an error like a full disk, and not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    // What can be wrong with the words of the command is found before pictures are read.
    let method = try methodOptions.made(use: staticUse)
    let validationTrial = try self.validationTrial()
    let dataset = try openDataset(at: dataOptions.data, split: dataOptions.split)
    let start = try self.start(for: dataset)
    let pictures = try TrainingPictures(
      of: dataset, for: start.model, dataOptions, batchSize: trainingOptions.batchSize,
      seed: trainingOptions.seed)
    let plan = trainingOptions.plan(fromNothing: start.isFresh)
    let trainable = try start.trainable(auxiliaryCount: method.auxiliaryCount)
    if writeBranches && method.auxiliaryCount == 0 {
      throw CommandFailure(
        .usage,
        "--write-branches writes auxiliary sets of batch norms, and \(methodOptions.text) trains none"
      )
    }
    let trainer = Trainer(trainable, with: trainingOptions.rule, by: plan)
    try trainer.check(method)
    let run = try TrainingRun(
      in: TrainingFolder(output),
      as: setup(of: start, pictures, plan, prefersRobustness: prefersRobustness(method)),
      with: trainer, replacing: replace)
    run.checkpointInterval = .seconds(checkpointSeconds)
    let session = TrainingSession(
      run: run, pictures: pictures.training, method: method,
      validation: pictures.validation.map {
        ValidationPictures(pictures: $0, trial: validationTrial)
      },
      monitor: TrainingMonitor(
        isAdversarial: methodOptions.isAdversarial, budget: try methodOptions.threat().budget))
    let report = try session.work()
    for path in try ONNXProducts.write(
      of: TrainingFolder(output), auxiliaryCount: writeBranches ? method.auxiliaryCount : 0,
      trainedFrom: model, used: input.use)
    {
      remark("\(path): the ONNX model with the new weights")
    }
    if json {
      try report.printAsJSON()
    } else {
      print(report.lines.joined(separator: "\n"))
      print(evaluationAdvice(for: report, of: start))
    }
  }

  private func start(for dataset: any Dataset) throws -> TrainingStart {
    if TrainingStart.isFile(model) {
      return try TrainingStart(
        file: model, namesFile: labels, use: input.use,
        freezing: freeze)
    }
    return try TrainingStart(
      architecture: model, namesFile: labels, normalization: input.normalization,
      freezing: freeze, for: dataset, seed: trainingOptions.seed)
  }

  /// The attack behind the robust accuracy of each epoch.
  private func validationTrial() throws -> Trial {
    let attack = try AttackCatalogue.attack(dataOptions.validationAttack)
    let threat = try methodOptions.threat()
    guard type(of: attack).norms.contains(threat.budget.norm) else {
      throw TrialError.norm(
        threat.budget.norm, attack: dataOptions.validationAttack, known: type(of: attack).norms)
    }
    return Trial(attack, within: threat, seed: trainingOptions.seed)
  }

  /// Whether the best epoch is the most robust one; auxiliary branches are for clean accuracy.
  private func prefersRobustness(_ method: any TrainingMethod) -> Bool {
    switch trainingOptions.best {
    case .clean: false
    case .robust: true
    case nil: methodOptions.isAdversarial && method.auxiliaryCount == 0
    }
  }

  private func setup(
    of start: TrainingStart, _ pictures: TrainingPictures, _ plan: TrainingPlan,
    prefersRobustness: Bool
  ) throws -> TrainingSetup {
    TrainingSetup(
      version: AdversaryCommand.configuration.version, engineVersion: Engine.version,
      model: start.recorded(), data: pictures.data,
      validation: pictures.validation == nil
        ? nil
        : .init(
          heldOut: pictures.heldOutCount, data: pictures.validationData,
          attack: try AttackCatalogue.canonical(dataOptions.validationAttack)),
      method: try methodOptions.description(), threat: try methodOptions.threat(),
      optimizer: trainingOptions.ruleDescription, plan: plan, patience: trainingOptions.patience,
      prefersRobustness: prefersRobustness, writesBranches: writeBranches)
  }

  /// How static models are used: as the file that learns.
  ///
  /// A network that is made from nothing has its normalisation inside.
  private var staticUse: ModelUse {
    var use = input.use
    if !TrainingStart.isFile(model) { use.normalization = nil }
    return use
  }

  /// Where the model is, and how to measure it.
  private func evaluationAdvice(for report: TrainingReport, of start: TrainingStart) -> String {
    let folder = TrainingFolder(output)
    let file = folder.path(of: report.best == nil ? .last : .best)
    var words = ["adversary", "evaluate", file, "--data", dataOptions.validationData ?? "TEST"]
    if methodOptions.norm != .linf { words += ["--norm", methodOptions.norm.rawValue] }
    words += ["--epsilon", methodOptions.epsilon ?? methodOptions.norm.usualEpsilon]
    // With what was recognised in the file, which may not be seen any more in what was made of it.
    if TrainingStart.isFile(model) { words += start.model.use.inputWords }
    return "measure it on pictures that it has not seen (TEST): "
      + words.map(\.quotedForShell).joined(separator: " ")
  }
}
