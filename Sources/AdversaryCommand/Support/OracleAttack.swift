import Adversary
import Foundation

/// An attack on a service, picture by picture, within a budget of queries.
struct OracleAttack {
  let oracle: OracleOptions
  /// The file of a model to begin on; nothing for none.
  let substitute: String?
  let attack: AttackOptions
  let pictures: PictureOptions
  let paths: [String]
  let settings: ModelSettings
  let output: OutputOptions

  /// Attacks the pictures until all are done or the budget is spent, and says what was found.
  func run() throws {
    settings.engine.prepare()
    let dataset = try pictures.open(paths)
    let names = try settings.labels.map { try ClassNames.read(from: $0) } ?? dataset.classNames
    let trial = try attack.trial(onOracleWith: names ?? [])
    try requireUseOfStarts(by: trial.attack)
    let model = try oracle.model(classNames: names, seed: attack.seed)
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
      remark("up to \(limit) queries, which cost up to \(Self.money(cost))")
    }
    let journal = try QueryJournal(continuing: oracle.journal, with: QuerySetup(of: model))
    if journal.asked > 0 { remark("queries asked before: \(journal.asked)") }
    try run(
      trial, on: model, budget, journal, dataset,
      className: { number in
        names.flatMap { $0.indices.contains(number) ? $0[number] : nil } ?? "class \(number)"
      })
  }

  private func run(
    _ trial: OracleTrial, on model: any QueriedModel, _ budget: QueryBudget,
    _ journal: QueryJournal, _ dataset: any Dataset, className: @escaping (Int) -> String
  ) throws {
    let count = min(pictures.first ?? dataset.count, dataset.count)
    let progress = ProgressLine(trial.attack.title, total: count)
    defer { progress.finish() }
    var number = 0
    let pattern = QueryPattern(radius: Self.radius(of: trial.threat.budget, model.imageShape))
    let asked = BudgetedOracle(model, budget: budget, journal: journal, noticing: pattern) {
      statistics in
      progress.show(done: number, now: budget.words(for: statistics))
    }
    var results = OracleAttackResults(
      of: trial, on: model, substitute: substitute?.absolutePath, className: className)
    let prior = try prior(of: trial, for: model)
    let label = try pictures.label.map { try Self.classNumber($0, among: className, model) }
    let identity = OracleAttackIdentity(of: results)
    // Without a journal there are no answers to go on from.
    let folder = try output.makeFolder { [oracle] path in
      oracle.journal != nil && identity.isAtWork(in: path, on: dataset)
    }
    while number < count {
      var sample = try dataset.sample(at: number)
      sample.picture = try sample.picture.fitted(to: model.imageShape, named: sample.name)
      let before = asked.statistics.distinct
      guard
        let finding = try trial.run(
          on: asked, image: Tensor([sample.picture]), label: sample.label ?? label, number: number,
          beginningAt: prior)
      else { break }
      let record = OracleAttackResults.Sample(
        finding, named: sample.name, queries: asked.statistics.distinct - before,
        className: className)
      results.samples.append(record)
      if let folder, finding.outcome != .initiallyWrong {
        try folder.write(sample.picture, as: .original, ofSample: sample.name)
        try folder.write(Picture(finding.image[0]), as: .adversarial, ofSample: sample.name)
      }
      number += 1
    }
    progress.finish()
    results.queries = asked.statistics.asked
    results.cost = budget.cost(of: results.queries)
    results.roundedPictures = asked.statistics.rounded
    results.picturesLeft = count - number
    results.pattern = asked.pattern
    results.successCurve = SuccessCurve(
      attacked: results.samples.count { $0.outcome != .initiallyWrong },
      queriesToSuccess: results.samples.compactMap(\.queriesToSuccess))
    if let folder {
      try results.write(to: folder.path)
      try OracleAttackProducts(
        results: results, cost: results.cost.map(Self.money), options: oracle
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

  /// Refuses a substitute that the attack would not look at.
  private func requireUseOfStarts(by attack: any Adversary.Attack) throws {
    guard substitute != nil, !type(of: attack).usesStarts else { return }
    let known = AttackCatalogue.entries.filter { type(of: $0.attack).usesStarts }
    throw CommandFailure(
      .usage,
      "\(attack.title) cannot begin at what fools a substitute: take one of "
        + known.map(\.name).joined(separator: ", "))
  }

  /// Where the attack begins, if there is a substitute.
  private func prior(
    of trial: OracleTrial, for model: any QueriedModel
  ) throws -> OracleTrial.Prior? {
    guard let path = substitute else { return nil }
    let substitute = try LoadedModel(path: path).classifier
    guard substitute.imageShape == model.imageShape, substitute.classCount == model.classCount
    else {
      throw CommandFailure(
        .badData,
        "\(path) is for pictures of \(substitute.imageShape) and \(substitute.classCount) classes, "
          + "and the service for \(model.imageShape) and \(model.classCount)")
    }
    let prior = try SubstitutePrior(on: substitute, within: trial.threat, for: trial.attack)
    return { (batch, oracle) throws(OracleError) in try prior.start(for: batch, asking: oracle) }
  }

  /// The greatest distance, as the root of the mean square, that the budget allows.
  private static func radius(of budget: PerturbationBudget, _ shape: ImageShape) -> Double {
    let values = Double(shape.sizes.reduce(1, *))
    let radius = budget.norm == .linf ? budget.epsilon : budget.epsilon / values.squareRoot()
    return min(radius, 1)
  }

  private static func money(_ amount: Double) -> String { String(format: "%.2f", amount) }

  private static func classNumber(
    _ text: String, among className: (Int) -> String, _ model: any QueriedModel
  ) throws -> Int {
    let known = (0..<model.classCount).first { className($0) == text }
    guard let number = known ?? Int(text), (0..<model.classCount).contains(number) else {
      throw CommandFailure(.usage, "there is no class “\(text)” among \(model.classCount)")
    }
    return number
  }
}
