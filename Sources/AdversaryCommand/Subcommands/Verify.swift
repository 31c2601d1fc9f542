import Adversary
import ArgumentParser
import Foundation

/// `adversary verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a run again from its files alone.",
    discussion: """
      Decodes every picture, measures it against the budget and shows it to the model again. Of \
      examples in real numbers it also says how many plain rounding to 8 bits would lose. Radii of \
      certificates are worked out again from their votes; noise is not drawn again. A journal of \
      answers is believed, and pages for people are not read. With --oracle everything is asked \
      anew; --journal keeps the answers, so that verify can go on after an interruption without \
      asking them again, and takes none from the journal of an attack. The folder may hold one run or several in \
      folders of their own. Ends with exit code 1 if anything is not as the run says.

      Examples:
        adversary verify run
        adversary verify demo
        adversary verify run --model model.pt2     (the model file has moved)
        adversary verify run --answers queries.sqlite     (an attack on a service)
        adversary verify stolen                    (a substitute, with the journal in its folder)
      """)

  @Argument(help: "A folder that adversary attack, evaluate, certify, substitute or demo wrote.")
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Where the model, or the substitute that an attack began on, is now, if it has moved; once for each of "
        + "several substitutes, in their order.", valueName: "file"))
  var model: [String] = []

  @Option(
    help: ArgumentHelp(
      "Of an attack on a service or a substitute: the journal, to compare with the answers in it.",
      valueName: "file"))
  var answers: String?

  @OptionGroup(title: "Ask the service again")
  var oracle: OracleOptions

  @Option(
    help: ArgumentHelp(
      "With --oracle, where the service answers with names: a file of the classes, one a line, the first for "
        + "class 0.", valueName: "file"))
  var labels: String?

  @Flag(help: "Print everything as JSON.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if oracle.oracle != nil, answers != nil {
      throw ValidationError(
        "--answers goes through the journal and --oracle asks the service: verify with one of them at a time"
      )
    }
    if labels != nil, oracle.oracle?.contains("://") != true {
      throw ValidationError(
        "--labels goes with the address of a service, which --oracle names: it may answer with names"
      )
    }
  }

  /// What is said of one run.
  private struct Summary: Encodable {
    let run: String
    let claimed: Int
    let confirmed: Int
    let lostByRounding: Int?
    let discrepancies: [String]
    let remarks: [String]
    /// Whether all was checked that was asked for.
    let isComplete: Bool
    /// What was counted.
    let things: String
    /// What it means that something is confirmed, where that is less than it seems.
    var extent: String?

    init(_ run: String, _ verification: Verification) {
      self.run = run
      claimed = verification.claimed
      confirmed = verification.confirmed
      lostByRounding = verification.lostByRounding
      discrepancies = verification.discrepancies.map { "\($0.sample): \($0.reason)" }
      remarks = verification.remarks
      isComplete = true
      things = "successes"
    }

    /// What is said of an attack on a service or through a substitute.
    init(
      run: String, claimed: Int, confirmed: Int, discrepancies: [String], remarks: [String],
      isComplete: Bool = true, extent: String? = nil
    ) {
      self.run = run
      self.claimed = claimed
      self.confirmed = confirmed
      lostByRounding = nil
      self.discrepancies = discrepancies
      self.remarks = remarks
      self.isComplete = isComplete
      self.extent = extent
      things = "successes"
    }

    init(_ products: CertificationProducts) throws {
      run = products.folder.path
      (claimed, confirmed, discrepancies) = try products.check()
      lostByRounding = nil
      isComplete = true
      remarks = ["certificates follow from counted votes; the noise was not drawn again"]
      things = "certificates"
    }
  }

  func run() throws {
    engine.prepare()
    let evaluation = EvaluationFolder(folder)
    let defended = DefenseFolder(folder)
    let certified = CertificateFolder(folder)
    let built = SubstituteFolder(folder)
    let summaries =
      if evaluation.holdsEvaluation {
        [try summary(of: evaluation)]
      } else if defended.holdsComparison {
        try summaries(of: defended)
      } else if certified.holdsCertification {
        [try summary(of: certified)]
      } else if built.holdsRun {
        [try summary(of: built)]
      } else {
        try summaries(of: try runs())
      }
    if json {
      try summaries.printAsJSON()
    } else {
      for summary in summaries {
        for discrepancy in summary.discrepancies { print(discrepancy) }
        print(
          "\(summary.run): \(summary.confirmed) of \(summary.claimed) \(summary.things) confirmed"
            + (summary.extent.map { " \($0)" } ?? ""))
        for remark in summary.remarks { print("\(summary.run): \(remark)") }
        if let lost = summary.lostByRounding {
          print(
            "\(lost) of those in real numbers would be lost if their pixels were rounded to 8 bits; "
              + "--pixels 8bit finds real pictures")
        }
      }
    }
    let wrong = summaries.reduce(0) { $0 + $1.discrepancies.count }
    if wrong > 0 {
      throw CommandFailure(
        .checkFailed,
        wrong == 1 ? "one thing is not as the run says" : "\(wrong) things are not as the run says")
    }
    if !summaries.allSatisfy(\.isComplete) {
      throw CommandFailure(
        .checkFailed, "nothing was found that is not as the run says, but not all could be checked")
    }
  }

  /// The folder itself if it holds a run, or else the folders in it that do.
  private func runs() throws -> [RunFolder] {
    do throws(RunFolderError) {
      return [try RunFolder(opening: folder)]
    } catch {
      if RunFolder.holdsUnfinishedOracleAttack(at: folder) {
        throw CommandFailure(
          .missingInput, "\(folder) has no results yet: the same adversary attack goes on")
      }
      let inner = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let found = inner.sorted().compactMap { try? RunFolder(opening: "\(folder)/\($0)") }
      if found.isEmpty { throw error }
      return found
    }
  }

  /// All runs, with one budget for what the service is asked about them.
  private func summaries(of runs: [RunFolder]) throws -> [Summary] {
    let areOfServices = runs.contains(where: \.holdsOracleAttack)
    if !areOfServices { try refuseOptionsOfServices() }
    let service = areOfServices ? try service() : nil
    return try runs.map { try summary(of: $0, before: service) }
  }

  private func summary(of run: RunFolder, before service: BudgetedOracle?) throws -> Summary {
    if run.holdsOracleAttack {
      // Each run looks at the journal as far as it had come by then.
      let witness: OracleVerification.Witness? =
        if let service { .service(service) } else {
          try answers.map { .journal(try journal(at: $0)) }
        }
      let attack = try OracleVerification(of: run, before: witness, substitutesAt: model)
      return Summary(
        run: run.path, claimed: attack.claimed, confirmed: attack.confirmed,
        discrepancies: attack.discrepancies, remarks: attack.remarks,
        isComplete: attack.isComplete, extent: attack.extent)
    }
    let manifest = try run.manifest()
    let loaded = try loadModel(manifest.model)
    return Summary(run.path, try Verification(of: run, on: loaded.classifier))
  }

  /// The service that is asked again; nothing if none was named.
  private func service() throws -> BudgetedOracle? {
    if oracle.oracle == nil { return nil }
    let names = try labels.map { try ClassNames.read(from: $0) }
    let model = try oracle.model(classNames: names, seed: 0)
    // The answers that an attack kept would be believed and not asked.
    let journal = try QueryJournal(
      continuing: oracle.journal, with: QuerySetup(of: model, for: "verify"))
    if journal.asked > 0 {
      remark("queries asked before: \(journal.asked); what was answered then is not asked again")
    }
    return BudgetedOracle(
      model, budget: QueryBudget(limit: oracle.budget, price: oracle.price), journal: journal)
  }

  /// Refuses options that would not be heeded, because no service was attacked.
  private func refuseOptionsOfServices() throws {
    guard let stray = oracle.oracle.map({ _ in "--oracle" }) ?? answers.map({ _ in "--answers" })
    else { return }
    throw CommandFailure(
      .usage, "\(stray) goes with attacks on a service, and the run is of a model at hand")
  }

  private func journal(at path: String) throws -> QueryJournal {
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandFailure(
        .missingInput, "\(path): there is no such file; --answers names the journal")
    }
    return try QueryJournal(opening: path)
  }

  private func summary(of built: SubstituteFolder) throws -> Summary {
    guard oracle.oracle == nil else {
      throw CommandFailure(
        .usage,
        "--oracle asks again about an attack on a service; a substitute is compared with its journal, which "
          + "--answers names")
    }
    guard model.isEmpty else {
      throw CommandFailure(
        .usage, "--model goes with runs of a model; the folder of a substitute has its own")
    }
    guard built.contents(of: .results) != nil else {
      throw CommandFailure(
        .missingInput, "\(built.path) has no results yet: the same adversary substitute goes on")
    }
    let journal = try journal(at: answers ?? built.path(of: .journal))
    if answers != nil, journal.setup != (try built.results()).setup.service {
      throw CommandFailure(
        .usage,
        "the journal holds the answers of another service, or to pictures that were sent otherwise")
    }
    let transfer = try SubstituteVerification(of: built, answeredBy: journal)
    return Summary(
      run: built.path, claimed: transfer.claimed, confirmed: transfer.confirmed,
      discrepancies: transfer.discrepancies, remarks: transfer.remarks,
      isComplete: transfer.isComplete)
  }

  private func summary(of evaluation: EvaluationFolder) throws -> Summary {
    try refuseOptionsOfServices()
    let journal = try Journal(opening: evaluation.journalPath)
    let loaded = try loadModel(journal.setup.model)
    let plan = try EvaluationPlan(for: journal.setup)
    let defense = try journal.setup.recordedDefense()
    var verification = try Verification(
      of: journal, plan: plan, on: defense?.defended(loaded.classifier) ?? loaded.classifier)
    verification.compare(try journal.results(of: plan), withFileIn: evaluation)
    try verification.checkPictures(of: journal, digest: PictureDigest.hexadecimal(of:))
    return Summary(evaluation.path, verification)
  }

  private func summary(of certified: CertificateFolder) throws -> Summary {
    try refuseOptionsOfServices()
    let journal = try CertificateJournal(opening: certified.journalPath)
    _ = try loadModel(journal.setup.model)
    return try Summary(CertificationProducts(folder: certified, journal: journal))
  }

  /// The three evaluations, and whether the comparison says what they say.
  private func summaries(of defended: DefenseFolder) throws -> [Summary] {
    let summaries = try DefenseFolder.Part.allCases.map {
      try summary(of: defended.evaluation($0))
    }
    let comparison = try DefenseEvaluation(folder: defended).comparison()
    var verification = Verification()
    verification.compare(comparison, withFileIn: defended)
    return summaries + [Summary(defended.path, verification)]
  }

  private func loadModel(_ recorded: RunManifest.Model) throws -> LoadedModel {
    guard model.count <= 1 else {
      throw CommandFailure(.usage, "the run is of one model, and --model names several")
    }
    let path = model.first ?? recorded.path
    // Another model may need other options, and nobody can give them here.
    guard try LoadedModel.digest(ofFile: path) == recorded.sha256 else {
      throw CommandFailure(
        .checkFailed, "\(path) is not the model of the run: its SHA-256 differs")
    }
    return try LoadedModel(recorded, at: path)
  }
}
