import Adversary
import Foundation

/// An attack on a service, picture by picture, within a budget of queries.
struct OracleAttack {
  let oracle: OracleOptions
  /// The files of models to begin on; none to begin at the pictures.
  let substitutes: [String]
  /// What of them is averaged.
  let fusion: ClassifierEnsemble.Fusion
  let attack: AttackOptions
  let pictures: PictureOptions
  let paths: [String]
  let settings: ModelSettings
  let output: OutputOptions

  /// Attacks the pictures until all are done or the budget is spent, and says what was found.
  func run() throws {
    settings.engine.prepare()
    let dataset = try pictures.open(paths)
    let given = try settings.labels.map { try ClassNames.read(from: $0) }
    let model = try oracle.model(classNames: given ?? dataset.classNames, seed: attack.seed)
    let classes = try ServiceClasses(of: model, named: given, labelling: dataset)
    try requireOneTarget(among: classes)
    let trial = try attack.trial(onServiceWith: classes)
    try requireUseOfStarts(by: trial.attack)
    if model.encoding.changesPictures {
      remark("pictures are sent as \(model.encoding), which changes them and can cost attacks")
    }
    if model.scoreKind == nil, trial.attack is any ScoreBasedAttack {
      throw CommandFailure(
        .usage,
        "the service gives labels alone, and \(type(of: trial.attack).name) needs scores: take "
          + "an attack such as hopskipjump or rays")
    }
    let budget = QueryBudget(limit: oracle.budget, price: oracle.price)
    if let limit = budget.limit, let cost = budget.cost(of: limit) {
      remark("up to \(limit) queries, which cost up to \(cost.asMoney)")
    }
    let journal = try QueryJournal(continuing: oracle.journal, with: QuerySetup(of: model))
    if journal.asked > 0 { remark("queries asked before: \(journal.asked)") }
    try run(trial, on: model, budget, journal, dataset, classes)
  }

  private func run(
    _ trial: OracleTrial, on model: any QueriedModel, _ budget: QueryBudget,
    _ journal: QueryJournal, _ dataset: any Dataset, _ classes: ServiceClasses
  ) throws {
    let count = min(pictures.first ?? dataset.count, dataset.count)
    let progress = ProgressLine(trial.attack.title, total: count)
    defer { progress.finish() }
    var number = 0
    let pattern = QueryPattern(
      ofAttackWithin: trial.threat.budget, onPicturesOf: model.imageShape)
    let asked = BudgetedOracle(model, budget: budget, journal: journal, noticing: pattern) {
      statistics in
      progress.show(done: number, now: budget.words(asked: statistics.asked))
    }
    let start = try StartingModels(substitutes, use: settings.use, averaging: fusion)
    let attacker = try OracleAttacker(
      trial, on: asked, beginningOn: start, className: classes.name)
    var results = try OracleAttackResults(
      of: trial, called: attack.canonicalMethod(), on: model, beginningOn: start,
      className: classes.name)
    let label = try pictures.label.map { try classes.number(named: $0) }
    let identity = OracleAttackIdentity(of: results)
    func labelled(_ number: Int) throws -> LabelledPicture {
      var sample = classes.relabelled(try dataset.sample(at: number))
      sample.label = sample.label ?? label
      return sample
    }
    if try identity.target != nil
      && (0..<count).allSatisfy({ identity.leavesOut(try labelled($0)) })
    {
      throw CommandFailure(
        .usage, "every picture is of the target class: there is nothing to attack")
    }
    // Without a journal there are no answers to go on from.
    let folder = try output.makeFolder { [oracle] path in
      oracle.journal != nil && identity.isAtWork(in: path, on: dataset, of: classes, label: label)
    }
    var skipped = 0
    while number < count {
      var sample = try labelled(number)
      if identity.leavesOut(sample) {
        skipped += 1
        number += 1
        continue
      }
      sample.picture = try sample.picture.fitted(to: model.imageShape, named: sample.name)
      guard let found = try attacker.attack(sample, number: results.samples.count) else { break }
      results.samples.append(found.record)
      if let folder {
        try folder.write(sample.picture, as: .original, ofSample: sample.name)
        if found.record.outcome != .initiallyWrong {
          try folder.write(found.picture, as: .adversarial, ofSample: sample.name)
        }
      }
      number += 1
    }
    progress.finish()
    if skipped > 0 { remark("left out \(skipped) pictures that are of the target class") }
    results.queries = asked.statistics.asked
    results.cost = budget.cost(of: results.queries)
    results.roundedPictures = asked.statistics.rounded
    results.picturesLeft = count - number
    results.pattern = asked.pattern
    results.successCurve = results.curveOfSamples
    if let folder {
      try results.write(to: folder.path)
      try OracleAttackProducts(
        results: results, cost: results.cost?.asMoney, options: oracle
      ).writePage(to: folder)
      remark("pictures and page: \(folder.path)/index.html")
    }
    if output.json { try results.printAsJSON() } else { print(results.text) }
    if model.retryCount > 0 { remark("\(model.retryCount) requests were repeated") }
    if number < count {
      remark(
        "the budget was spent before \(count - number) of \(count) pictures; a greater one with the "
          + "same journal goes on from here")
    }
  }

  /// Refuses a target that would be another class for each picture, unless a class has that name.
  private func requireOneTarget(among classes: ServiceClasses) throws {
    let each = "least-likely"
    guard attack.target == each, classes.names?.contains(each) != true else { return }
    throw CommandFailure(
      .usage,
      "--target least-likely goes with a model at hand: with --oracle it is the name or the number of one "
        + "class")
  }

  /// Refuses a substitute that the attack would not look at.
  private func requireUseOfStarts(by attack: any Adversary.Attack) throws {
    guard !substitutes.isEmpty, !type(of: attack).usesStarts else { return }
    let known = AttackCatalogue.entries.filter { type(of: $0.attack).usesStarts }
    throw CommandFailure(
      .usage,
      "\(attack.title) cannot begin at what fools a substitute: take one of "
        + known.map(\.name).joined(separator: ", "))
  }
}
