import Foundation
import Testing
import ThreatModels

@testable import Evaluation
@testable import Reports

@Suite struct DefenseReportTests {
  /// 200 made-up pictures; the attacker who does not know the defence fools none of them.
  private static func comparison(
    naiveWeakness: Int = 0, _ name: String = "lenet.pt2"
  ) throws -> DefenseComparison {
    func results(_ attacker: String?, weakness: Int) throws -> EvaluationResults {
      var sample = SampleResults()
      sample.fileName = name
      sample.weakness = weakness
      sample.defense = attacker.map {
        .init(transformations: [name, "jpeg:quality=75"], attacker: $0, draws: 1)
      }
      return try sample.results()
    }
    return try #require(
      DefenseComparison(
        undefended: results(nil, weakness: 8), naive: results("naive", weakness: naiveWeakness),
        adaptive: results("adaptive", weakness: 6)))
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
