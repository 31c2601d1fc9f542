import Adversary
import ArgumentParser
import Foundation

/// Building a substitute and attacking through it, with what people see of it meanwhile.
struct SubstituteSession {
  let setup: SubstituteSetup
  let folder: SubstituteFolder
  /// What learns beside the substitute.
  let others: [SubstituteStart]
  let attacks: [TransferTrial]
  let pictures: SubstitutePictures
  let options: OracleOptions
  /// How near two queries must be to count as close for the service, with values in [0, 1].
  let radius: Double
  let budget: QueryBudget

  /// Works until there are results or somebody wants it to stop.
  ///
  /// - Parameter anew: how many queries attacks may need because they were on other models before.
  func work(
    _ extraction: SubstituteExtraction, asking model: any QueriedModel,
    keepingAnswersIn journal: QueryJournal, attackingAnew anew: Int
  ) throws -> SubstituteResults {
    remarkOnCost(
      of: model, askedBefore: journal.asked, attackingAnew: anew, goingOnAfter: extraction.rounds)
    let line = SubstituteLine()
    let oracle = BudgetedOracle(
      model, budget: budget, journal: journal,
      noticing: QueryPattern(
        window: QueryPattern.wideWindow(ofPicturesWith: model.imageShape.sizes.reduce(1, *)),
        radius: radius)
    ) { line.asked = budget.words(asked: $0.asked) }
    let stop = StopRequest()
    let interruption = stop.watch(saying: "stopping; once more stops at once")
    defer { interruption.end() }
    let ending = try extraction.run(
      asking: oracle, keeping: reserve, stopping: { stop.signal != nil },
      reporting: { line.show($0) })
    line.finish()
    guard ending != .interrupted else { throw stopped(stop) }
    var ensemble: SubstituteEnsemble?
    if let setup = setup.ensemble {
      ensemble = try extraction.ensemble(
        with: others, averaging: setup.fusion, stopping: { stop.signal != nil },
        reporting: { line.show($0) })
      line.finish()
      if ensemble == nil { throw stopped(stop) }
    }
    var stage = TransferStage(before: oracle)
    let found: [Found]
    do {
      found = try attack(
        through: ensemble?.classifier ?? extraction.classifier, &stage, line,
        stopping: { stop.signal != nil })
    } catch is StopWanted {
      line.finish()
      throw stopped(stop)
    }
    line.finish()
    let results = SubstituteResults(
      setup: setup, ending: ending, rounds: extraction.rounds,
      ensemble: ensemble?.results, mostFrequent: extraction.mostFrequent,
      pictures: .init(from: pictures.attackedPath, stage.originals),
      transfers: found.map(\.transfer),
      queries: oracle.statistics.asked, budget: budget.limit,
      cost: budget.cost(of: oracle.statistics.asked), pattern: oracle.pattern)
    if model.retryCount > 0 { remark("\(model.retryCount) requests were repeated") }
    try SubstituteProducts(folder: folder, options: options).write(
      results, stage.originals, found.map(\.outcomes), classes: pictures.classes)
    return results
  }

  /// Refuses a budget that does not reach for what is learned from first, before anything is written.
  ///
  /// - Parameter path: of the journal, which may be there already and save queries.
  func checkBudget(asking model: any QueriedModel, journal path: String) throws {
    let isThere = FileManager.default.fileExists(atPath: path)
    let journal = try QueryJournal(continuing: isThere ? path : nil, with: setup.service)
    let oracle = BudgetedOracle(model, budget: budget, journal: journal)
    try oracle.requireRoom(for: pictures.heldOut + pictures.seeds, leaving: reserve)
  }

  /// How many queries the attacks need: each picture once as it is, and once for each attack.
  private var reserve: Int { pictures.attacked.count * (attacks.isEmpty ? 0 : 1 + attacks.count) }

  private func stopped(_ stop: StopRequest) -> ExitCode {
    remark("stopped; no answer is lost, and the same command goes on")
    return ExitCode(128 + (stop.signal ?? SIGINT))
  }

  private func remarkOnCost(
    of model: any QueriedModel, askedBefore: Int, attackingAnew anew: Int,
    goingOnAfter rounds: [SubstituteRound]
  ) {
    if model.encoding.changesPictures {
      remark("pictures are sent as \(model.encoding), which changes them and can cost attacks")
    }
    let seeds = setup.seeds
    let wanted = setup.plan.largestQueryCount(seedCount: seeds.count)
    let learning = min(wanted, max(0, (budget.limit ?? .max) - reserve - seeds.heldOut))
    let total = min(
      max(learning + seeds.heldOut + reserve, askedBefore + anew), budget.limit ?? .max)
    remark(
      "up to \(total) queries: \(learning) to learn from, \(seeds.heldOut) held out, \(reserve) for "
        + "the attacks" + (budget.cost(of: total).map { "; up to \($0.asMoney)" } ?? ""))
    if learning < wanted {
      remark("the budget ends before the \(setup.plan.rounds) rounds do, which ask \(wanted)")
    }
    if askedBefore > 0 { remark("queries asked before: \(askedBefore)") }
    if anew > 0 { remark("up to \(anew) new ones, because other models are attacked") }
    if let last = rounds.last, last.isCutShort == true,
      let earlier = (try? folder.results())?.budget, earlier < budget.limit ?? .max
    {
      remark(
        "round \(last.round) was cut short by the budget of \(earlier), and stays so: --replace begins anew, and pays "
          + "for no answer of before")
    }
  }

  private typealias Found = (
    transfer: SubstituteResults.Transfer, outcomes: [TransferOutcome]
  )

  /// Somebody wants the attacks to stop.
  private struct StopWanted: Error {}

  private func attack(
    through substitute: any DifferentiableClassifier, _ stage: inout TransferStage,
    _ line: SubstituteLine, stopping isStopWanted: () -> Bool
  ) throws -> [Found] {
    if attacks.isEmpty { return [] }
    func show(_ words: String, _ done: Int, _ total: Int) throws {
      if isStopWanted() { throw StopWanted() }
      line.showAttack(words, done, total)
    }
    let total = pictures.attacked.count
    try stage.look(at: pictures.attacked) { try show("looking", $0, total) }
    var found: [Found] = []
    for attack in attacks {
      let rows = stage.rows(for: attack)
      let outcomes = try stage.transfer(attack, on: substitute) {
        try show("\(attack.attack.title), \(attack.threat.budget)", $0, rows.count)
      }
      let labels = outcomes.map { stage.originals[$0.picture].label }
      if let transfer = SubstituteResults.Transfer(
        outcomes, of: attack, labels: labels,
        targetName: attack.target.map(pictures.classes.name),
        isCutShort: outcomes.count < rows.count)
      {
        found.append((transfer, outcomes))
      }
    }
    if stage.isCutShort {
      remark("the budget was spent before all pictures were attacked")
    } else if found.isEmpty {
      remark(
        "there was nothing to attack: the service gets every picture wrong as it is, or it is of the "
          + "class that it should be taken for")
    }
    return found
  }
}

/// How far an extraction is: a bar for people who look on, a line for each round in a log.
private final class SubstituteLine {
  var asked = ""
  private var line: ProgressLine?
  private var last = ""

  func show(_ progress: SubstituteExtraction.Progress) {
    switch progress {
    case .asking(let round, let done, let total):
      show("round \(round): asking", done, total)
    case .training(let round, let done, let total):
      show("round \(round): learning", done, total)
    case .finished(let round):
      finish()
      remark(round.words)
    }
  }

  func show(_ progress: SubstituteEnsemble.Progress) {
    switch progress {
    case .learning(let model, let done, let total):
      show("\(model.source.lastPathComponent): learning", done, total)
    case .finished(let member):
      finish()
      remark(member.words)
    }
  }

  func showAttack(_ words: String, _ done: Int, _ total: Int) { show(words, done, total) }

  func finish() {
    line?.finish()
    line = nil
    last = ""
  }

  private func show(_ words: String, _ done: Int, _ total: Int) {
    if words != last {
      finish()
      line = ProgressLine(words, total: total)
      last = words
    }
    line?.show(done: done, now: asked)
  }
}
