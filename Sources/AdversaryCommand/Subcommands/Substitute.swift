import Adversary
import ArgumentParser
import Foundation

/// `adversary substitute`.
struct Substitute: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Build a model that agrees with a service, and attack the service through it.",
    discussion: """
      Examples:
        adversary substitute --oracle http://localhost:8080/v2/models/signs --budget 2000 \
      --seeds signs/ -o stolen
        adversary substitute --oracle URL --budget 6400 --seeds mnist/ --epsilon 0.3 --rounds 20 \
      --reservoir-after 3
        adversary substitute --oracle model.pt2 --budget 800 --seeds mnist/ --substitute softmax \
      --epsilon 0.2 0.3 --attacks fgsm mi-fgsm random-sign
        adversary substitute --oracle URL --budget 2000 --seeds signs/ --ensemble lenet mlp-200

      --oracle, --budget and --seeds are needed. Only the service's labels are used. A few pictures \
      of the right kind are labelled by it; a model of your own learns from them; new questions are made along its gradient, labelled, learned from, \
      and so on (Papernot et al. 2017). Then pictures are attacked on that substitute, and each \
      result is shown to the service once: what it gets wrong counts. --budget is for all of it, and \
      enough is kept back for the attacks.

      With --ensemble further models learn from the same answers when the rounds are over, and \
      attacks work on all of them as one (Liu et al. 2017). Learning asks nothing more, but takes more time. \
      Added to a run that is done, they lead attacks to other points, and each of these is a new query.

      Every answer is kept in the folder's journal before it is used. Stop it whenever you like: the \
      same command goes on where it stopped and pays for nothing twice.
      """)

  @OptionGroup(title: "Asking the service") var oracleOptions: OracleOptions
  @OptionGroup(title: "The substitute") var options: SubstituteOptions
  @OptionGroup(title: "The attack") var transferOptions: TransferOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder for the substitute, what was asked, pictures, the report and results.",
      valueName: "folder"))
  var output = "substitute"

  @Flag(help: "Begin anew in that folder; answers of the service are kept.")
  var replace = false

  @Flag(help: "Print the results as JSON.")
  var json = false

  @OptionGroup var input: InputOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if oracleOptions.oracle == nil {
      throw ValidationError("--oracle is missing: the address of the service")
    }
    let models = [options.substitute] + options.ensemble
    if !models.contains(where: TrainingStart.isFile), let option = input.givenBesidesNormalization {
      throw ValidationError(
        "\(option) is about files of --substitute and --ensemble, and there are none: what stands behind "
          + "--oracle is used as it is, and adversary serve has this option")
    }
  }

  func run() throws {
    engine.prepare()
    let model = try oracleOptions.model(
      classNames: nil, seed: options.seed, prefersLabels: true)
    let pictures = try SubstitutePictures(options, transferOptions, for: model)
    let attacks = try transferOptions.transferTrials(
      among: pictures.classes, seed: options.seed)
    let start = try SubstituteStart(
      options.substitute, use: input.use, for: model,
      seed: options.seed)
    let others = try start.others(
      options.ensemble, use: input.use, for: model, seed: options.seed)
    let growth = try options.growth(pool: pictures.pool)
    let setup = SubstituteSetup(
      version: AdversaryCommand.configuration.version, engineVersion: Engine.version,
      service: QuerySetup(of: model), model: start.recorded,
      ensemble: others.isEmpty
        ? nil : .init(others.map(\.recorded), averaging: options.fusion.used),
      seeds: .init(
        path: options.seeds.absolutePath, split: options.split.rawValue,
        count: pictures.seeds.count, heldOut: pictures.heldOut.count, sha256: pictures.sha256),
      growth: growth.summary, plan: options.plan,
      attacks: pictures.attacked.isEmpty ? [] : attacks.map(SubstituteSetup.PlannedAttack.init))
    let folder = SubstituteFolder(output)
    let journalPath = oracleOptions.journal ?? folder.path(of: .journal)
    let budget = QueryBudget(limit: oracleOptions.budget, price: oracleOptions.price)
    let session = SubstituteSession(
      setup: setup, folder: folder, others: others, attacks: attacks, pictures: pictures,
      options: oracleOptions, radius: Double(try options.steps()) / 255, budget: budget)
    try start.check()
    let attackedAnew = try check(session, asking: model, journal: journalPath)
    let lock = try folder.prepare(for: setup, replacing: replace)
    defer { withExtendedLifetime(lock) {} }
    let extraction = try SubstituteExtraction(
      by: options.plan, growing: growth, from: pictures.seeds, heldOut: pictures.heldOut,
      beginningAs: start.program, normalization: start.normalization, in: folder)
    let journal = try QueryJournal(continuing: journalPath, with: setup.service)
    let results = try session.work(
      extraction, asking: model, keepingAnswersIn: journal, attackingAnew: attackedAnew)
    if json {
      try results.printAsJSON()
    } else {
      print(SubstituteTable(results, width: ResultsTable.terminalWidth))
    }
  }

  /// Refuses what the budget does not reach for while the folder is still as it was.
  ///
  /// - Returns: how many queries a run that was finished may need because other models are attacked.
  private func check(
    _ session: SubstituteSession, asking model: any QueriedModel, journal path: String
  ) throws -> Int {
    let (folder, setup) = (session.folder, session.setup)
    if replace || !folder.holdsRun {
      try session.checkBudget(asking: model, journal: path)
      return 0
    }
    let needed = try folder.queriesForOtherModels(
      of: setup, attacking: session.pictures.attacked.count)
    guard needed > 0, let limit = session.budget.limit,
      FileManager.default.fileExists(atPath: path)
    else { return needed }
    let left = max(0, limit - (try QueryJournal(continuing: path, with: setup.service).asked))
    if left < needed {
      throw CommandFailure(
        .usage,
        "attacks on other models than those of the finished run need up to \(needed) queries, and the "
          + "budget leaves \(left): give a greater budget, which only new questions use; the "
          + "earlier results stay")
    }
    return needed
  }
}
