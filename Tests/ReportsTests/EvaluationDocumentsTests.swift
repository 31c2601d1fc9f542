import Evaluation
import Foundation
import Testing
import ThreatModels

@testable import Reports

@Suite struct EvaluationDocumentsTests {
  static func gate(_ results: EvaluationResults, required: String = "0.65") -> GateVerdict {
    let threshold = RobustnessThreshold(required, usesInterval: false)
    return GateVerdict(threshold?.checks(of: results) ?? [])
  }

  @Test func junitHasACaseForEachBudgetAttackAndWarning() throws {
    var sample = SampleResults()
    sample.findings = SampleResults.findings
    let results = try sample.results()
    let report = JUnitReport(results, gate: Self.gate(results))
    let elements = XMLElements(of: report.xml)
    let groups = elements.named("testcase").compactMap { $0["classname"] }
    #expect(groups.count { $0 == "adversary.worst-case" } == 3)
    #expect(groups.count { $0 == "adversary.attack" } == 18)
    #expect(groups.count { $0 == "adversary.finding" } == 1)
    #expect(elements.named("failure").map { $0["type"] } == ["gate", "gate"])
    let suite = try #require(elements.named("testsuite").first)
    #expect(suite["tests"] == "23" && suite["failures"] == "2")
    #expect(report.xml.contains("Doubtful (zero gradients): robust accuracy at most 44.0"))
  }

  @Test func junitNamesAreSafeAndDistinct() throws {
    var sample = SampleResults.hostile
    sample.attackNames = [(SampleResults.hostileName, nil), (SampleResults.hostileName, nil)]
    sample.done = 10
    let elements = XMLElements(of: try JUnitReport(sample.results()).xml)
    #expect(elements.problem == nil)
    let cases = elements.named("testcase").map { "\($0["classname"] ?? "") \($0["name"] ?? "")" }
    #expect(Set(cases).count == cases.count)
    #expect(elements.named("failure").map { $0["type"] } == ["incomplete"])
  }

  @Test func markdownKeepsItsShapeWhateverTheNames() throws {
    let plain = try MarkdownSummary(SampleResults().results()).markdown
    var sample = SampleResults.hostile
    sample.findings = []
    let hostile = try MarkdownSummary(sample.results(), gate: nil).markdown
    for text in [plain, hostile] {
      let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
      let columns = rows.map { $0.replacing("\\|", with: "").count { $0 == "|" } - 1 }
      #expect(columns.allSatisfy { [5, 8].contains($0) }, "\(columns)")
    }
    #expect(!hostile.contains("<script") && !hostile.contains("@all") && !hostile.contains("#1"))
    #expect(!hostile.contains(" `x`"))
    #expect(plain.contains("\n\n44.0 % of pictures") && plain.contains("<details>"))
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("`x`", "\\`x\\`"), ("<b>&", "&lt;b&gt;&amp;"),
    ("@a #1", "@<!-- -->a #<!-- -->1"),
    ("https://x www.y", "https\\://x www\\.y"), ("two\nlines", "two\u{FFFD}lines"),
  ])
  func markdownIsEscaped(text: String, escaped: String) {
    #expect(text.escapedForMarkdown == escaped)
  }

  @Test func markdownSaysGateFindingsAndMissingPictures() throws {
    var sample = SampleResults()
    sample.findings = SampleResults.findings
    sample.done = 150
    let results = try sample.results()
    let text = MarkdownSummary(results, gate: Self.gate(results, required: "0")).markdown
    #expect(text.hasPrefix("**Not finished"))
    #expect(text.contains("**Gate passed.**") && text.contains("**Warning: zero gradients.**"))
  }

  @Test(arguments: [80, 100, 140])
  func theTerminalTableFits(width: Int) throws {
    for sample in [SampleResults(), .hostile] {
      let lines = EvaluationTable(try sample.results(), width: width).lines
      #expect(lines.allSatisfy { $0.columns <= width && !$0.hasSuffix(" ") })
      #expect(lines.contains { $0.contains("\u{1B}") || $0.contains("\n") } == false)
    }
    let lines = EvaluationTable(try SampleResults().results(), width: width).lines
    #expect(lines[18].hasPrefix("AutoAttack: Square   L∞ ε = 4/255  44.0 %  37.3 to 50.9 %"))
    #expect(lines.first?.hasSuffix("time") == (width > 80))
  }

  @Test func theTerminalTableSaysEverything() throws {
    var sample = SampleResults()
    sample.findings = SampleResults.findings
    sample.done = 150
    let results = try sample.results()
    let text = EvaluationTable(results, gate: Self.gate(results), width: 200).description
    for words in [
      "no attack", "Warning: zero gradients.", "Not finished", "Gate failed.", "Doubtful (zero",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(text.contains("stay right under L∞ ε = 4/255"))
  }

  @Test(arguments: [
    (SampleResults.hostile.objective, "cannot be turned into “"),
    (.leastLikely, "cannot be turned into the least likely class"),
  ])
  func theVerdictSaysWhatTheAttackerWanted(objective: Objective, words: String) throws {
    var sample = SampleResults()
    sample.objective = objective
    #expect(try sample.results().verdict.contains(words))
  }

  @Test func ofEqualWorstCasesTheSmallestBudgetIsTheVerdict() throws {
    var sample = SampleResults()
    sample.weakness = 0
    #expect(try sample.results().headline?.threat.budget.text == "1/255")
  }

  @Test(arguments: [
    (0.0, "0.00 s"), (9.99, "9.99 s"), (9.999, "10 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"),
    (7500, "2 h 5 min"), (.infinity, "–"), (-1, "–"),
  ])
  func durationsAreReadable(seconds: Double, text: String) {
    #expect(seconds.asDuration == text)
  }

  @Test(arguments: [
    (999, "999"), (9999, "9999"), (12345, "12\u{202F}345"),
    (-1_234_567, "-1\u{202F}234\u{202F}567"),
  ])
  func longNumbersAreGrouped(number: Int, text: String) {
    #expect(number.grouped == text)
  }
}
