import Adversary

/// An attack on a service gone through again, with the answers of its journal in place of the service.
///
/// Randomness follows from the seed, so that the same questions are asked in the same order. How many there
/// were, which was the first success, and what came of it must be what the run says.
struct OracleReplay {
  /// What is not as the run says.
  private(set) var discrepancies: [String] = []
  /// What could not be checked.
  private(set) var remarks: [String] = []
  /// Whether the attack could be gone through.
  private(set) var isComplete = true

  /// Goes through an attack.
  ///
  /// - Parameters:
  ///   - results: what the run says.
  ///   - folder: its pictures.
  ///   - journal: answers of the service, as far as the run asked.
  ///   - places: where the substitutes are now, in their order, if they are not where the run found them.
  init(
    of results: OracleAttackResults, in folder: RunFolder, answeredBy journal: QueryJournal,
    substitutesAt places: [String]
  ) throws {
    // Results with another attack than their method names contradict themselves.
    guard let attack = results.namedAttack else { return }
    let substitutes: StartingModels?
    switch try Self.substitutes(of: results, at: places) {
    case .found(let models): substitutes = models
    case .missing(let why):
      remarks.append("\(why), so that queries were not followed: --model names its place")
      isComplete = false
      return
    }
    let shape = journal.setup.imageShape
    let oracle = BudgetedOracle(
      RecordedModel(of: journal), budget: QueryBudget(limit: 0), journal: journal,
      noticing: QueryPattern(ofAttackWithin: results.threat.budget, onPicturesOf: shape))
    let attacker = try OracleAttacker(
      OracleTrial(
        attack, within: results.threat, target: results.target, seed: results.seed),
      on: oracle, beginningOn: substitutes, className: { "\($0)" })
    for (number, sample) in results.samples.enumerated() {
      let original = try folder.picture(.original, ofSample: sample.name)
      let classes = [sample.label, results.target].compactMap(\.self)
      guard [original.channels, original.height, original.width] == shape.sizes,
        classes.allSatisfy((0..<oracle.classCount).contains)
      else {
        discrepancies.append("\(sample.name): the service has no such pictures or classes")
        return
      }
      let found = try attacker.attack(
        LabelledPicture(picture: original, label: sample.label, name: sample.name), number: number)
      guard let found else {
        discrepancies.append("\(sample.name): the journal has no answer about the original")
        return
      }
      discrepancies += sample.complaints(found.record).map { "\(sample.name): \($0)" }
      if sample.outcome != .initiallyWrong,
        found.picture != (try folder.picture(.adversarial, ofSample: sample.name))
      {
        discrepancies.append("\(sample.name): the attack ends with another picture")
      }
    }
    if oracle.statistics.rounded != results.roundedPictures {
      discrepancies.append("oracle.json: \(oracle.statistics.rounded) pictures were rounded")
    }
    if oracle.pattern != results.pattern {
      discrepancies.append("oracle.json: the service could have noticed something else")
    }
    if !discrepancies.isEmpty {
      remarks.append(
        "the attack was gone through again from the journal; where the processor or the engine is another "
          + "one, it can go another way though nothing is wrong")
    }
  }

  private enum Substitutes {
    /// The models that the attack began on; nothing if it began at the pictures.
    case found(StartingModels?)
    case missing(String)
  }

  /// The models that the attack began on.
  private static func substitutes(
    of results: OracleAttackResults, at places: [String]
  ) throws -> Substitutes {
    let recorded = results.substitutes
    guard places.isEmpty || recorded.isEmpty || places.count == recorded.count else {
      throw CommandFailure(
        .usage,
        "the attack began on \(recorded.count) substitutes: --model names the place of each, in their order"
      )
    }
    let paths = places.isEmpty || recorded.isEmpty ? recorded.map(\.source) : places
    for (path, model) in zip(paths, recorded) {
      let name = recorded.count > 1 ? "the substitute \(path)" : "the substitute"
      guard let digest = try? LoadedModel.digest(ofFile: path) else {
        return .missing("\(name) cannot be read")
      }
      guard digest == model.sha256 else {
        return .missing("\(name) is another file than the run's")
      }
    }
    do {
      return .found(
        try StartingModels(
          paths, use: ModelUse(recorded: results.substituteOptions ?? [:]),
          averaging: results.ensemble?.fusion ?? .logits))
    } catch {
      return .missing("the substitute cannot be read")
    }
  }
}

extension OracleAttackResults.Sample {
  /// What another pass of the same attack found otherwise, in clauses.
  fileprivate func complaints(_ found: Self) -> [String] {
    var complaints: [String] = []
    func compare(_ what: String, _ said: some Equatable, _ found: some Equatable) {
      let (said, found) = ("\(said)", "\(found)")
      if said != found { complaints.append("\(what): \(found), and not \(said)") }
    }
    func words(_ number: Int?) -> String { number.map(String.init) ?? "none" }
    compare("queries", queries, found.queries)
    compare("query of the first success", words(queriesToSuccess), words(found.queriesToSuccess))
    compare("outcome", outcome.word, found.outcome.word)
    compare("class of the original", clean, found.clean)
    compare("class of the result", words(adversarial), words(found.adversarial))
    let isAsFar =
      distances.map { said in found.distances.map(said.agree) ?? false }
      ?? (found.distances == nil)
    if !isAsFar { complaints.append("the distances are not those of the result") }
    return complaints
  }
}
