import Adversary
import ArgumentParser
import Foundation

/// `adversary evaluate`.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure robust accuracy under one or many attacks and budgets.",
    discussion: """
      Examples:
        adversary evaluate model.pt2 --data cifar-10-batches-bin --first 200 --epsilon 8/255
        adversary evaluate model.pt2 --data test/ --attacks fgsm pgd:steps=100 --epsilon 2/255 4/255
        adversary evaluate model.pt2 --data mnist/ --norm l2 --epsilon 1 2 --attacks cw ddn
        adversary evaluate model.pt2 --data test/ --fail-under 0.40@8/255 --baseline results.json
        adversary evaluate model.pt2 --data test/ --transform jpeg:quality=75 median:size=3

      Everything found is kept in the output folder at once. Stop it whenever you like: the same \
      command goes on where it stopped. Other settings need another folder, or --replace.

      With --transform the folder holds three evaluations, undefended, naive and adaptive, and a \
      comparison that says how much of the defence was masked gradients; gates are \
      about pictures that hold against both attackers.
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var evaluationOptions: EvaluationOptions
  @OptionGroup var defenseOptions: DefenseOptions
  @OptionGroup var gateOptions: GateOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder for the journal, report.html, results.json, junit.xml and summary.md.",
      valueName: "folder"))
  var output = "evaluation"

  @Flag(help: "Begin anew: delete the evaluation that the folder holds.")
  var replace = false

  @Flag(help: "Print the results as JSON.")
  var json = false

  func run() throws {
    // What can be wrong with the words of the command is found before the model is loaded.
    let gate = try gateOptions.gate()
    let attacks = try evaluationOptions.attacks.map { try AttackCatalogue.attack($0) }
    try gateOptions.requireDemandedBudgets(in: try evaluationOptions.threats())
    let defense = try defenseOptions.defense(seed: evaluationOptions.seed)
    var model = try modelOptions.load()
    try model.requireGradients(for: attacks)
    let dataset = try evaluationOptions.datasetOptions.open()
    model.adoptNames(of: dataset)
    let pictures = try evaluationOptions.pictures(of: dataset, for: model)
    let setup = try evaluationOptions.setup(of: model, pictures: pictures)
    let plan = try EvaluationPlan(for: setup)
    if let defense {
      return try compare(model, pictures, plan, setup, behind: defense, gate: gate)
    }
    let folder = EvaluationFolder(output)
    try folder.prepare()
    if replace { try remove(folder) }
    let journal = try evaluate(model, pictures, plan, setup, in: folder)
    guard let results = try journal.results(of: plan) else {
      throw CommandFailure(.ourBug, "the evaluation ended without results; please report this")
    }
    let verdict = gate?(results, journal)
    try EvaluationProducts(folder: folder, journal: journal, plan: plan)
      .write(results, gate: verdict)
    try EvaluationProducts.show(results, gate: verdict, asJSON: json)
  }

  /// Evaluates the model without a defence, and with it under both kinds of attackers.
  private func compare(
    _ model: LoadedModel, _ pictures: ModelPictures, _ plan: EvaluationPlan,
    _ setup: EvaluationSetup, behind defense: TransformationDefense,
    gate: Gate?
  ) throws {
    let folder = DefenseFolder(output)
    try folder.prepare()
    if replace {
      for part in DefenseFolder.Part.allCases { try requireFree(folder.evaluation(part)) }
      try folder.removeComparison()
    }
    for part in DefenseFolder.Part.allCases {
      let own = DefenseEvaluation.setup(part, of: setup, behind: defense)
      _ = try evaluate(
        model, pictures, plan, own, in: folder.evaluation(part), behind: defense, as: part)
    }
    let (comparison, verdict) = try DefenseEvaluation(folder: folder).write(gate: gate)
    try DefenseEvaluation.show(comparison, gate: verdict, asJSON: json)
  }

  /// Deletes the evaluation that the folder holds, unless another process is working on it or the
  /// journal is some other file of that name.
  private func remove(_ folder: EvaluationFolder) throws {
    try requireFree(folder)
    try folder.removeEvaluation()
  }

  /// Refuses a folder on which another process works, or whose journal is some other file.
  private func requireFree(_ folder: EvaluationFolder) throws {
    do throws(JournalError) {
      _ = try Journal(opening: folder.journalPath)
    } catch {
      guard case .missing = error else { throw error }
    }
  }

  /// Evaluates until nothing is left to do.
  ///
  /// - Parameters:
  ///   - defense: what stands before the model, if something does.
  ///   - part: how much attackers know of it.
  private func evaluate(
    _ model: LoadedModel, _ pictures: ModelPictures, _ plan: EvaluationPlan,
    _ setup: EvaluationSetup, in folder: EvaluationFolder,
    behind defense: TransformationDefense? = nil, as part: DefenseFolder.Part = .undefended
  ) throws -> Journal {
    let journal = try Journal(continuing: folder.journalPath, with: setup)
    let classifier = model.classifier
    if classifier.wasExportedInTrainingMode { try journal.note(.exportedInTrainingMode) }
    if let finding = model.stepsFinding { try journal.note(finding) }
    let run: EvaluationRun
    if let defense, let knowledge = TransformationDefense.Knowledge(rawValue: part.rawValue) {
      run = EvaluationRun(
        plan, recordingTo: journal, attacking: defense.view(knowledge, of: classifier),
        judgedBy: defense.defended(classifier), countingPassesOf: classifier)
    } else {
      run = EvaluationRun(plan, recordingTo: journal, on: classifier)
    }
    let before = try run.progress()
    if before.done > 0 && before.done < before.total {
      remark("going on after \(before.done) of \(before.total) steps")
    }
    let interruption = Interruption(
      saying: "stopped; nothing that was found is lost, and the same command goes on from here")
    let title = defense == nil ? "evaluating" : "evaluating, \(part.rawValue)"
    let line = ProgressLine(title, total: before.total, doneBefore: before.done)
    defer {
      line.finish()
      interruption.end()
    }
    if evaluationOptions.noSanity == false {
      try run.checkSanity(loading: pictures.sample(at:)) { line.show(done: $0.done, now: $0.next) }
    }
    try run.run(loading: pictures.sample(at:)) { line.show(done: $0.done, now: $0.next) }
    return journal
  }
}
