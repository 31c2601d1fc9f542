import Adversary
import Foundation

/// What can be checked again of an attack on a service: its pictures, and what was answered to them.
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
  init(of folder: RunFolder, before witness: Witness?) throws {
    let results = try Claims(in: folder)
    let oracle: BudgetedOracle?
    switch witness {
    case .journal(let journal):
      guard journal.setup.identity == results.service else {
        throw CommandFailure(.usage, "the journal holds the answers of another service")
      }
      oracle = BudgetedOracle(
        RecordedModel(of: journal), budget: QueryBudget(limit: 0), journal: journal)
    case .service(let asked): oracle = asked
    case nil:
      oracle = nil
      remarks.append("answers were not compared: --answers names the journal, --oracle the service")
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

  private mutating func check(
    _ sample: Claims.Sample, of results: Claims, in folder: RunFolder,
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
      if let said = sample.distances, !measured.agrees(with: said) {
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

/// What is checked of `oracle.json`.
private struct Claims: Decodable {
  struct Sample: Decodable {
    let name: String
    let label: Int
    let clean: Int
    let adversarial: Int?
    let outcome: Outcome
    let distances: Distances?
  }

  let service: OracleIdentity
  let threat: ThreatModel
  let target: Int?
  let samples: [Sample]

  init(in folder: RunFolder) throws {
    do {
      self = try JSONDecoder().decode(
        Self.self, from: Data(contentsOf: URL(filePath: folder.oraclePath)))
    } catch {
      throw RunFolderError.malformed(folder.oraclePath, "this file")
    }
  }
}

extension Distances {
  /// Whether they are the same but for rounding.
  fileprivate func agrees(with other: Distances) -> Bool {
    [
      (maximumInPixels, other.maximumInPixels), (l2, other.l2), (l1, other.l1), (l0, other.l0),
    ].allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
  }
}
