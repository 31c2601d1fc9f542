import Adversary
import Foundation

/// What can be checked again of an attack on a service: its pictures, what was answered to them, and, from the
/// journal, how it came to them.
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
  /// What could not be checked.
  private(set) var remarks: [String] = []

  /// Checks every picture of a run.
  ///
  /// - Parameter substitute: where the model is that the attack began on, if it is not where it was then.
  init(of folder: RunFolder, before witness: Witness?, substituteAt substitute: String?) throws {
    let results = try OracleAttackResults(in: folder)
    let oracle: BudgetedOracle?
    switch witness {
    case .journal(let journal):
      guard journal.setup.identity == results.service else {
        throw CommandFailure(.usage, "the journal holds the answers of another service")
      }
      try compareQueries(of: results, with: journal)
      let replay = try OracleReplay(
        of: results, in: folder, answeredBy: journal, substituteAt: substitute)
      discrepancies += replay.discrepancies
      remarks += replay.remarks
      oracle = BudgetedOracle(
        RecordedModel(of: journal), budget: QueryBudget(limit: 0), journal: journal)
    case .service(let asked):
      oracle = asked
      remarks.append("how many queries were asked was not checked: --answers names the journal")
    case nil:
      oracle = nil
      remarks.append("answers were not compared: --answers names the journal, --oracle the service")
    }
    if results.curveOfSamples != results.successCurve {
      discrepancies.append("oracle.json: the success curve is not that of the samples")
    }
    if results.threat.pixels == .float {
      remarks.append("pictures in real numbers are not kept, so that distances were not measured")
    }
    for sample in results.samples where sample.outcome != .initiallyWrong {
      let count = discrepancies.count
      try check(sample, of: results, in: folder, oracle)
      if sample.outcome == .newlyWrong {
        claimed += 1
        if discrepancies.count == count { confirmed += 1 }
      }
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
    let found = Tensor([try folder.picture(.adversarial, ofSample: sample.name)])
    guard original.shape == found.shape else { return note("the pictures differ in size") }
    let reaches =
      results.target.map { sample.adversarial == $0 } ?? (sample.adversarial != sample.label)
    if sample.outcome == .newlyWrong, sample.adversarial == nil || !reaches {
      note("it is said to fool the service, but the answer does not")
    }
    if results.threat.pixels == .eightBit {
      let measured = Distances.between(original, and: found, on: .eightBit)[0]
      if let said = sample.distances, !measured.agree(with: said) {
        note("the distances are not those of the pictures")
      }
      if sample.outcome == .newlyWrong, !results.threat.allows(found, around: original)[0] {
        note("the picture is outside the budget")
      }
    }
    guard let oracle else { return }
    guard Array(original.shape.dropFirst()) == oracle.imageShape.sizes else {
      return note("the service takes pictures of another shape")
    }
    for (picture, said, kind) in [
      (original, sample.clean, "original"), (found, sample.adversarial, "adversarial picture"),
    ] {
      guard let said else { continue }
      guard let answer = try Self.answer(to: picture, by: oracle) else {
        note("there is no answer about the \(kind)")
        continue
      }
      if answer != said { note("the \(kind) is class \(answer), and not \(said)") }
    }
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
