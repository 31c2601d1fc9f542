import Evaluation
import Testing
import Training

@testable import Reports
@testable import Reproductions

@Suite struct Papernot2017ReportTests {
  private var results: Papernot2017Results {
    let share = Proportion(3, of: 10)
    let shares = Array(repeating: share, count: 4)
    let round = Papernot2017Results.Round(
      round: 0, asked: 150, agreement: share, accuracy: share, fooled: share)
    return Papernot2017Results(
      plan: .quick, source: .init(path: "drawn", split: "training", count: 9, sha256: "0"),
      oracleAccuracy: share, noise: shares, whiteBox: shares,
      substitutes: [
        .init(
          arm: .periodic, seed: 0, rounds: [round], fgsm: shares, miFGSM: shares,
          seconds: 1)
      ])
  }

  /// What was measured for one seed alone is said to be so.
  @Test func theTableSaysWhatIsOfOneSeed() throws {
    let text = Papernot2017Table(results, width: 100).lines.joined(separator: " ")
    #expect(text.contains("periodic") && text.contains("control: random signs"))
    #expect(
      text.contains("which no substitute takes part in, on the pictures of the first seed alone"))
    #expect(text.contains("gets right (10 with the first seed)"))
  }

  @Test func aModelThatIsMostlyWrongMakesTheFiguresDoubtful() {
    var results = results
    #expect(results.remarks.contains { $0.contains("--production-epochs") })
    results.oracleAccuracy = Proportion(8, of: 10)
    #expect(!results.remarks.contains { $0.contains("--production-epochs") })
  }
}
