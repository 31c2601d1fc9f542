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

      Everything found is kept in the output folder at once. Stop it whenever you like: the same \
      command goes on where it stopped. Other settings need another folder, or --replace.
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var evaluationOptions: EvaluationOptions
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
    for text in evaluationOptions.attacks { _ = try AttackCatalogue.attack(text) }
    _ = try evaluationOptions.threats()
    var model = try modelOptions.load()
    let dataset = try openDataset(at: evaluationOptions.data, split: evaluationOptions.split)
    model.adoptNames(of: dataset)
    let pictures = try ModelPictures(of: dataset, for: model)
    let setup = try evaluationOptions.setup(of: model, pictures: pictures)
    let plan = try EvaluationPlan(for: setup)
    let folder = EvaluationFolder(output)
    try folder.prepare()
    if replace { try remove(folder) }
    let journal = try Journal(continuing: folder.journalPath, with: setup)
    if model.classifier.wasExportedInTrainingMode { try journal.note(.exportedInTrainingMode) }
    try evaluate(model, pictures, plan, recordingTo: journal)
    guard let results = try journal.results(of: plan) else {
      throw CommandFailure(.ourBug, "the evaluation ended without results; please report this")
    }
    let verdict = gate?(results)
    try EvaluationProducts(folder: folder, journal: journal, plan: plan)
      .write(results, gate: verdict)
    try EvaluationProducts.show(results, gate: verdict, asJSON: json)
  }

  /// Deletes the evaluation that the folder holds, unless another process is working on it or the
  /// journal is some other file of that name.
  private func remove(_ folder: EvaluationFolder) throws {
    do throws(JournalError) {
      _ = try Journal(opening: folder.journalPath)
    } catch {
      guard case .missing = error else { throw error }
    }
    try folder.removeEvaluation()
  }

  private func evaluate(
    _ model: LoadedModel, _ pictures: ModelPictures, _ plan: EvaluationPlan,
    recordingTo journal: Journal
  ) throws {
    let run = EvaluationRun(plan, recordingTo: journal, on: model.classifier)
    let before = try run.progress()
    if before.done > 0 && before.done < before.total {
      remark("going on after \(before.done) of \(before.total) steps")
    }
    let interruption = Interruption(
      saying: "stopped; nothing that was found is lost, and the same command goes on from here")
    let line = ProgressLine("evaluating", total: before.total, doneBefore: before.done)
    defer {
      line.finish()
      interruption.end()
    }
    if evaluationOptions.noSanity == false {
      try run.checkSanity(loading: pictures.sample(at:)) { line.show(done: $0.done, now: $0.next) }
    }
    try run.run(loading: pictures.sample(at:)) { line.show(done: $0.done, now: $0.next) }
  }
}
