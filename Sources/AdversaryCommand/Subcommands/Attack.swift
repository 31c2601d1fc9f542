import Adversary
import ArgumentParser

/// `adversary attack`.
struct Attack: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Craft adversarial pictures and show what changed.",
    discussion: """
      Examples:
        adversary attack model.pt2 stop.png
        adversary attack model.pt2 photos/ --labels names.txt --epsilon 4/255 -o run
        adversary attack model.pt2 cat.jpg --method one-step-target --target dog --labels names.txt
        adversary attack model.pt2 --data mnist/ --first 1000 --method pgd --epsilon 0.3
        adversary attack stop.png --oracle http://localhost:8080/v2/models/signs --method square \
          --budget 2000 --journal queries.sqlite

      Without a true class (--label, or a data set) the model's own prediction stands for it. Every \
      result is checked against the budget and shown to the model again before it counts; with -o \
      it is also written, read back from disk and shown once more.

      With --oracle there is no model file: a service is asked, as often as --budget allows, by an \
      attack that needs no gradients (square, simba, simba-dct, nes, spsa, hopskipjump, boundary, rays). \
      The journal keeps every answer; the same command again goes on where it stopped, in the same \
      folder, and pays for nothing twice.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model that PyTorch exported (torch.export.save(…, \"model.pt2\")), and then pictures (PNG or "
        + "JPEG) or folders of pictures. With --oracle pictures alone.",
      valueName: "model and pictures"))
  var arguments: [String] = []

  @OptionGroup var modelSettings: ModelSettings
  @OptionGroup var pictureOptions: PictureOptions
  @OptionGroup var attackOptions: AttackOptions
  @OptionGroup(title: "Asking a service") var oracleOptions: OracleOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Begin at what fools this model, such as one that adversary substitute built, or at what fools several "
        + "as one, used as --mean and the like say; goes with --oracle and the methods square, simba, "
        + "simba-dct, hopskipjump, boundary and rays. Pictures stand before it.",
      valueName: "files"))
  var substitute: [String] = []

  @OptionGroup var fusion: FusionOptions

  @OptionGroup var outputOptions: OutputOptions

  mutating func validate() throws {
    substitute = substitute.partedAtCommas
    try fusion.validate(isOfMany: substitute.count > 1, by: "several files of --substitute")
    if oracleOptions.oracle == nil {
      if !substitute.isEmpty { throw ValidationError("--substitute goes with --oracle") }
      if arguments.isEmpty { throw ValidationError("Missing expected argument '<model>'") }
      try pictureOptions.validate(Array(arguments.dropFirst()))
    } else {
      try pictureOptions.validate(arguments)
      try validateOptionsOfModels()
    }
  }

  /// Refuses options about a model where no model would heed them.
  private func validateOptionsOfModels() throws {
    if outputOptions.batchSize != nil {
      throw ValidationError(
        "--batch-size does not go with --oracle: pictures are attacked one after the other")
    }
    guard substitute.isEmpty, let option = modelSettings.input.given else { return }
    throw ValidationError(
      "\(option) is about the models of --substitute, and there are none: what stands behind --oracle is "
        + "used as it is, and adversary serve has this option")
  }

  func run() throws {
    if oracleOptions.oracle != nil {
      return try OracleAttack(
        oracle: oracleOptions, substitutes: substitute, fusion: fusion.used,
        attack: attackOptions,
        pictures: pictureOptions, paths: arguments,
        settings: modelSettings, output: outputOptions
      ).run()
    }
    var model = try modelSettings.load(arguments[0])
    let dataset = try pictureOptions.open(Array(arguments.dropFirst()))
    model.adoptNames(of: dataset)
    let trial = try attackOptions.trial(on: model)
    try model.requireGradients(for: [trial.attack])
    if type(of: trial.attack).needsGradients, let finding = model.stepsFinding {
      remark("\(finding.observation) \(finding.advice)")
    }
    let pictures = try ModelPictures(of: dataset, for: model)
    let label = try pictureOptions.label.map { try model.classIndex(named: $0) }
    let folder = try outputOptions.makeFolder()
    let run = AttackRun(
      model: model, pictures: pictures, trial: trial, label: label, first: pictureOptions.first,
      batchSize: outputOptions.batchSize ?? 64, folder: folder)
    let results = try run.run()
    if results.skipped > 0 {
      remark("left out \(results.skipped) pictures that are of the target class")
    }
    if let folder { try writePage(of: run, results, to: folder) }
    if outputOptions.json {
      try run.manifest(of: results).printAsJSON()
    } else {
      show(results.records, of: trial)
    }
    if let folder { try confirm(folder, on: model) }
  }

  private func show(_ records: [SampleRecord], of trial: Trial) {
    let table = ResultsTable(records, width: ResultsTable.terminalWidth)
    let shown = 200
    if records.count > shown {
      remark("the first \(shown) of \(records.count) pictures are listed")
    }
    print(table.lines.prefix(shown + 1).joined(separator: "\n"))
    let goal = trial.objective == .untargeted ? "any wrong class" : "a chosen class"
    let threat = trial.threat
    let isCutDown =
      threat.budget.norm == .linf && threat.pixelSteps + 1e-6 < threat.budget.epsilon * 255
    let whole = isCutDown ? " (\(Int(threat.pixelSteps)) whole steps of 1/255)" : ""
    print("\n\(trial.attack.title), \(threat.budget)\(whole), after \(goal)")
    print(table.summaryLines.joined(separator: "\n"))
  }

  private func writePage(
    of run: AttackRun, _ results: AttackRun.Results, to folder: RunFolder
  ) throws {
    let manifest = try folder.manifest()
    let gallery = Gallery(
      title: "\(manifest.attack.name) on \(arguments[0].lastPathComponent)",
      settings: RunPage.settings(of: manifest),
      sections: [RunPage.section("Pictures", records: results.records)])
    try RunPage.write(gallery, to: folder.path)
  }

  /// Checks the files just written, as `adversary verify` would.
  private func confirm(_ folder: RunFolder, on model: LoadedModel) throws {
    let verification = try Verification(of: folder, on: model.classifier)
    remark("pictures and page: \(folder.path)/index.html")
    if !outputOptions.json {
      print("re-read from disk  \(verification.confirmed) of \(verification.claimed) still fool")
    }
    guard verification.holds else {
      for discrepancy in verification.discrepancies {
        remark("\(discrepancy.sample): \(discrepancy.reason)")
      }
      throw CommandFailure(.ourBug, "the files do not bear out the results; please report this")
    }
  }
}
