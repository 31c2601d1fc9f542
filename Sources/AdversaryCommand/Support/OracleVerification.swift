import Adversary
import Foundation

/// What can be checked again of an attack on a service: its pictures, what was answered to them, and, from the
/// journal, how it came to them.
///
/// The journal is believed.
struct OracleVerification {
  /// Whom the answers are from that the run is compared with.
  enum Witness {
    /// The journal of the run.
    case journal(QueryJournal)
    /// The service, which is asked again.
    case service(BudgetedOracle)
  }

  /// How many successes the run claims.
  private(set) var claimed = 0
  /// How many of them are borne out.
  private(set) var confirmed = 0
  /// What was found wrong, with the picture.
  private(set) var discrepancies: [String] = []
  /// What could not be checked, or counts less than it seems to.
  private(set) var remarks: [String] = []
  /// What a confirmed success is, where no answer was compared.
  private(set) var extent: String?
  /// Whether all was checked that was asked for.
  private(set) var isComplete = true
  /// Pictures that the budget for asking again did not reach.
  private var unasked = 0
  /// Whether answers are the service's of now, and not those of a journal.
  private let isAskedAgain: Bool

  /// Checks every picture of a run.
  ///
  /// - Parameter substitutes: where the models are that the attack began on, if they are not where they were then.
  init(of folder: RunFolder, before witness: Witness?, substitutesAt substitutes: [String]) throws {
    let results = try OracleAttackResults(in: folder)
    let oracle: BudgetedOracle?
    isAskedAgain = if case .service = witness { true } else { false }
    switch witness {
    case .journal(let journal):
      guard journal.setup.identity == results.service else {
        throw CommandFailure(.usage, "the journal holds the answers of another service")
      }
      if let purpose = journal.setup.purpose {
        throw CommandFailure(
          .usage, "the journal holds what \(purpose) asked, and not what the attack did")
      }
      try compareQueries(of: results, with: journal)
      let encoding = "\(journal.setup.encoding)"
      if results.picturesSentAs != encoding {
        discrepancies.append("oracle.json: pictures were sent as \(encoding)")
      }
      let replay = try OracleReplay(
        of: results, in: folder, answeredBy: journal, substitutesAt: substitutes)
      discrepancies += replay.discrepancies
      remarks += replay.remarks
      isComplete = replay.isComplete
      oracle = BudgetedOracle(
        RecordedModel(of: journal), budget: QueryBudget(limit: 0), journal: journal)
    case .service(let asked):
      try compare(results, with: asked.setup)
      oracle = asked
      remarks.append("how many queries were asked was not checked: --answers names the journal")
    case nil:
      oracle = nil
      let checked = results.threat.pixels == .eightBit ? "within the budget" : "as the run says"
      extent = "\(checked); no answer was compared: give --answers or --oracle"
    }
    discrepancies += results.contradictions
    if results.threat.pixels == .float {
      remarks.append(
        "pictures in real numbers are not kept, so that they were neither measured nor looked up")
    }
    var copies = CopiedSuccesses()
    for sample in results.samples {
      let count = discrepancies.count + unasked
      try check(sample, of: results, in: folder, oracle)
      guard sample.outcome == .newlyWrong else { continue }
      claimed += 1
      let isCopy = copies.note(
        sample.name, try folder.picture(.original, ofSample: sample.name))
      if discrepancies.count + unasked == count, !isCopy, canBeAsked(results) { confirmed += 1 }
    }
    remarks += copies.remarks
    if claimed > 0, !canBeAsked(results) {
      isComplete = false
      remarks.append(
        "the service was asked about originals alone: --answers goes through the attack")
    }
    if unasked > 0 {
      isComplete = false
      remarks.append(
        "the service was not asked about \(unasked) of the pictures, because the budget was spent: a greater "
          + "--budget reaches them")
    }
  }

  /// Whether the service that is asked again can be asked about what was found.
  private func canBeAsked(_ results: OracleAttackResults) -> Bool {
    !isAskedAgain || results.threat.pixels == .eightBit
  }

  /// Says whether the service that is asked is the run's; it may be the same one at another place.
  private mutating func compare(_ results: OracleAttackResults, with setup: QuerySetup) throws {
    guard results.picturesSentAs == "\(setup.encoding)" else {
      throw CommandFailure(
        .usage,
        "the run sent pictures as \(results.picturesSentAs), and now they would be sent as "
          + "\(setup.encoding): --send, or the file that describes the service, must say the same")
    }
    if setup.identity.differsOnlyInClassNames(from: results.service) {
      remarks.append("the class names differ from the run's")
    } else if setup.identity != results.service {
      remarks.append(
        "another service is asked than the run's, or the same in another way: \(setup.identity.words) now, "
          + "\(results.service.words) then")
    }
  }

  /// Compares the number of queries, and lets the journal forget what was asked later.
  private mutating func compareQueries(
    of results: OracleAttackResults, with journal: QueryJournal
  ) throws {
    let held = journal.asked
    let later = try journal.restrict(toFirst: results.queries)
    if later < 0 {
      discrepancies.append(
        "oracle.json: \(results.queries) queries are said to have been asked, and the journal holds "
          + "\(held)")
    } else if later > 0 {
      remarks.append("the journal holds \(later) more queries, which others must have asked later")
    }
  }

  private mutating func check(
    _ sample: OracleAttackResults.Sample, of results: OracleAttackResults, in folder: RunFolder,
    _ oracle: BudgetedOracle?
  ) throws {
    func note(_ what: String) { discrepancies.append("\(sample.name): \(what)") }
    let original = Tensor([try folder.picture(.original, ofSample: sample.name)])
    if let complaint = sample.complaint(within: results.threat, toward: results.target) {
      note(complaint)
    }
    guard sample.outcome != .initiallyWrong else {
      return try compareAnswer(to: original, "original", said: sample.clean, sample.name, oracle)
    }
    let found = Tensor([try folder.picture(.adversarial, ofSample: sample.name)])
    guard original.shape == found.shape else { return note("the pictures differ in size") }
    if results.threat.pixels == .eightBit {
      let measured = Distances.between(original, and: found, on: .eightBit)[0]
      if let said = sample.distances, !measured.agree(with: said) {
        note("the distances are not those of the pictures")
      }
      if sample.outcome == .newlyWrong, !results.threat.allows(found, around: original)[0] {
        note("the picture is outside the budget")
      }
    }
    try compareAnswer(to: original, "original", said: sample.clean, sample.name, oracle)
    // What lies between the steps of a file was asked about, and not the file.
    if results.threat.pixels == .eightBit, let said = sample.adversarial {
      try compareAnswer(to: found, "adversarial picture", said: said, sample.name, oracle)
    }
  }

  private mutating func compareAnswer(
    to picture: Tensor, _ kind: String, said: Int, _ name: String, _ oracle: BudgetedOracle?
  ) throws {
    func note(_ what: String) { discrepancies.append("\(name): \(what)") }
    guard let oracle else { return }
    guard Array(picture.shape.dropFirst()) == oracle.imageShape.sizes else {
      return note("the service takes pictures of another shape")
    }
    guard let answer = try Self.answer(to: picture, by: oracle) else {
      if isAskedAgain { unasked += 1 } else { note("there is no answer about the \(kind)") }
      return
    }
    if answer != said { note("the \(kind) is class \(answer), and not \(said)") }
  }

  /// The class of a picture; nothing if no more may be asked.
  private static func answer(
    to picture: Tensor, by oracle: BudgetedOracle
  ) throws(OracleError) -> Int? {
    do {
      return try oracle.labels(of: picture).integers()[0]
    } catch .budgetSpent {
      return nil
    } catch {
      throw error
    }
  }
}

extension OracleIdentity {
  /// All that tells a service from others, in one line.
  fileprivate var words: String {
    ([interface, address] + details.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
      .joined(separator: ", ")
  }
}
