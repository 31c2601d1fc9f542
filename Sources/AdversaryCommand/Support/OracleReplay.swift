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

  /// Goes through an attack.
  ///
  /// - Parameters:
  ///   - results: what the run says.
  ///   - folder: its pictures.
  ///   - journal: answers of the service, as far as the run asked.
  ///   - place: where the substitute is now, if it is not where the run found it.
  init(
    of results: OracleAttackResults, in folder: RunFolder, answeredBy journal: QueryJournal,
    substituteAt place: String?
  ) throws {
    let attack = try AttackCatalogue.attack(results.method)
    guard RunManifest.AttackSettings(of: attack) == results.attack else {
      discrepancies.append("oracle.json: the attack is not the one that its method names")
      return
    }
    let substitute: LoadedModel?
    switch try Self.substitute(of: results, at: place) {
    case .none: substitute = nil
    case .model(let model): substitute = model
    case .missing(let why):
      remarks.append("\(why), so that queries were not followed: --model names its place")
      return
    }
    let shape = journal.setup.imageShape
    let oracle = BudgetedOracle(
      RecordedModel(of: journal), budget: QueryBudget(limit: 0), journal: journal,
      noticing: QueryPattern(ofAttackWithin: results.threat.budget, onPicturesOf: shape))
    let attacker = try OracleAttacker(
      OracleTrial(
        attack, within: results.threat, target: results.target, seed: results.seed),
      on: oracle, beginningOn: substitute, className: { "\($0)" })
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
        LabelledPicture(picture: original, label: sample.label, name: sample.name), label: nil,
        number: number)
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

  private enum Substitute {
    case none
    case model(LoadedModel)
    case missing(String)
  }

  /// The model that the attack began on.
  private static func substitute(
    of results: OracleAttackResults, at place: String?
  ) throws -> Substitute {
    guard let path = results.substitute else { return .none }
    let model: LoadedModel
    do {
      model = try LoadedModel(
        path: place ?? path, use: ModelUse(recorded: results.substituteOptions ?? [:]))
    } catch {
      return .missing("the substitute cannot be read")
    }
    guard try model.digest() == results.substituteSHA256 else {
      return .missing("the substitute is another file than the run's")
    }
    return .model(model)
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
