import Foundation
import Testing
import ThreatModels

@testable import Evaluation
@testable import Reports

@Suite struct DefenseReportTests {
  /// 200 made-up pictures, of which the attacker fools more the greater the weakness is.
  private static func results(
    _ attacker: String?, weakness: Int, _ name: String = "lenet.pt2"
  ) throws -> EvaluationResults {
    var sample = SampleResults()
    sample.fileName = name
    sample.weakness = weakness
    sample.defense = attacker.map {
      .init(transformations: [name, "jpeg:quality=75"], attacker: $0, draws: 1)
    }
    return try sample.results()
  }

  /// The attacker who does not know the defence fools nobody.
  private static func comparison(
    naiveWeakness: Int = 0, _ name: String = "lenet.pt2"
  ) throws -> DefenseComparison {
    try #require(
      DefenseComparison(
        undefended: results(nil, weakness: 8, name),
        naive: results("naive", weakness: naiveWeakness, name),
        adaptive: results("adaptive", weakness: 6, name)))
  }

  /// The attacker who knows the defence may be the weaker one, and may have been led astray.
  @Test func neitherAttackerIsBelievedAlone() throws {
    var adaptive = try Self.results("adaptive", weakness: 6)
    adaptive.findings = [
      Finding(.zeroGradients, .warning, observation: "all are zero", advice: "look")
    ]
    let comparison = try #require(
      DefenseComparison(
        undefended: Self.results(nil, weakness: 8), naive: Self.results("naive", weakness: 7),
        adaptive: adaptive))
    let judged = comparison.worst(of: adaptive)
    for (index, budget) in comparison.budgets.enumerated() {
      #expect(judged.worstCases[index].threat == budget.threat)
      #expect(judged.worstCases[index].robustAccuracy == budget.worst)
      #expect(budget.worst.count < adaptive.worstCases[index].robustAccuracy.count)
    }
    let threshold = try #require(RobustnessThreshold("0.5", usesInterval: false))
    #expect(threshold.checks(of: judged) != threshold.checks(of: adaptive))
    #expect(comparison.doubts == ["zero gradients"])
    #expect(comparison.verdict.hasPrefix("Doubtful (zero gradients): with lenet.pt2"))
    #expect(
      comparison.verdict.contains("at most \(comparison.budgets[0].worst.value.asPercentage)"))
  }

  @Test func theVerdictSaysHowMuchOfTheGainWasMasked() throws {
    let comparison = try Self.comparison()
    let budget = try #require(comparison.budgets.last)
    #expect(budget.isMasked && budget.missed == 0)
    let share = Double(budget.masked) / Double(budget.naive.count - budget.undefended.count)
    let verdict = comparison.verdict
    #expect(verdict.contains("With lenet.pt2, then jpeg:quality=75 before the model"))
    #expect(verdict.contains("\(share.asPercentage) of the gain that it sees is masked gradients"))
    #expect(verdict.contains(budget.worst.intervalWords))
    let same = try Self.comparison(naiveWeakness: 6)
    #expect(same.findings.isEmpty && same.budgets.allSatisfy { $0.maskingWords == "none" })
    #expect(!same.verdict.contains("masked"))
  }

  @Test func theTableHasARowForEachBudget() throws {
    let comparison = try Self.comparison()
    let lines = DefenseTable(comparison, width: 100).lines
    let rows = lines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(rows[0] == "robust accuracy undefended naive adaptive both masking")
    for (row, budget) in zip(rows.dropFirst(), comparison.budgets) {
      let shares = [budget.undefended, budget.naive, budget.adaptive, budget.worst]
        .map(\.value.asPercentage)
      #expect(row == "\(budget.threat.words) \(shares.joined(separator: " ")) masked")
    }
    #expect(lines.allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") })
  }

  @Test(arguments: ["lenet.pt2", SampleResults.hostileName])
  func thePageIsSoundXMLAndLoadsNothing(name: String) throws {
    let comparison = try Self.comparison(naiveWeakness: 0, name)
    let html = DefensePage(comparison, command: name).html
    #expect(XMLElements(of: html).problem == nil)
    #expect(!html.contains("<script") && !html.contains("{{") && html.contains("role=\"img\""))
    #expect(html.contains("href=\"adaptive/report.html\""))
    let row = "| L∞ ε = 4/255 |"
    #expect(comparison.markdown.contains(row) && comparison.markdown.contains("masked"))
    #expect(!comparison.markdown.contains("<script"))
  }
}
