import Evaluation
public import Oracles

/// What a folder says of a substitute and of attacks through it, decided again from its files and its journal.
///
/// Pictures are decoded and measured, the journal's answers are looked up by the digest of what was sent, and
/// counts, shares and outcomes must follow from them. The finished substitute, and what learned beside it, are asked
/// again how well they agree, on pictures that they have not learned from among others, and some successes of each
/// attack are made again on them. What cannot be known from files: whether labels are true, whether pictures were
/// left out or are those that were drawn, what substitutes of earlier rounds said, what the substitute said of
/// adversarial pictures, and what made those that fool nobody, because the pictures that they were made of are not
/// kept. The journal is believed.
public struct SubstituteVerification: Hashable, Sendable {
  /// How many pictures are said to fool the service.
  public internal(set) var claimed = 0
  /// How many of them are borne out.
  public internal(set) var confirmed = 0
  /// What was found wrong, each in one clause behind its place.
  public internal(set) var discrepancies: [String] = []
  /// Whether all was checked that can be; if not, a remark says why.
  public internal(set) var isComplete = true
  /// What could not be checked, or counts less than it seems to.
  public internal(set) var remarks: [String] = []

  /// Checks a run that has results.
  ///
  /// - Parameters:
  ///   - folder: the run's.
  ///   - journal: the answers of the service; from now on it looks no further than the run did.
  /// - Throws: ``SubstituteError`` when the run cannot be checked at all.
  public init(of folder: SubstituteFolder, answeredBy journal: QueryJournal) throws {
    let results = try folder.results()
    guard journal.setup == results.setup.service else {
      throw SubstituteError.damaged(folder.path, "the journal holds the answers of another service")
    }
    let recorded = try folder.recordedSetup()
    for difference in recorded?.differences(from: results.setup) ?? [] {
      note("substitute.json", difference)
    }
    if let recorded, recorded.attacks != results.setup.attacks {
      remarks.append(
        "substitute.json plans other attacks than these results: the run went on, or some were left out"
      )
    }
    let later = try journal.restrict(toFirst: results.queries)
    if later < 0 {
      note(
        "results.json",
        "\(results.queries) queries are said to have been asked, and the journal holds \(-later) fewer"
      )
    } else if later > 0 {
      remarks.append("the journal holds \(later) more queries, which others must have asked later")
    }
    let evidence = SubstituteEvidence(results, in: folder, answeredBy: journal)
    let attacked = try checkRounds(with: evidence)
    try checkTransfers(through: attacked, with: evidence)
  }

  /// Takes down what is wrong.
  mutating func note(_ place: String, _ what: String) {
    discrepancies.append("\(place): \(what)")
  }

  /// Takes down that a number is not what it must be.
  mutating func compare<Value: Equatable>(
    _ place: String, _ name: String, said: Value, found: Value
  ) {
    if said != found { note(place, "\(name): \(found), and not \(said)") }
  }

  /// Takes down that a share is not what it must be.
  mutating func compareShares(
    _ place: String, _ name: String, said: Proportion?, found: Proportion?
  ) {
    if said == found { return }
    func words(_ share: Proportion?) -> String {
      share.map { "\($0.count) of \($0.total)" } ?? "none"
    }
    let (said, found) = (words(said), words(found))
    note(
      place,
      said == found
        ? "\(name): the interval is not that of \(found)" : "\(name): \(found), and not \(said)")
  }
}
