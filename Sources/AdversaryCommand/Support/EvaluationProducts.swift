import Adversary
import Foundation

/// What is made from the journal of an evaluation: the page, JSON, JUnit, Markdown, the table.
struct EvaluationProducts {
  let folder: EvaluationFolder
  let journal: Journal
  let plan: EvaluationPlan

  /// Writes all files, and says where the page is.
  func write(
    _ results: EvaluationResults, gate: GateVerdict?, announcing: Bool = true
  ) throws {
    let page = EvaluationPage(results, gate: gate, command: results.setup.commandLine) {
      attack, sample in
      let summary = results.samples[sample]
      // A picture that is gone leaves a gap in the page; what was found stays.
      return summary.defeats.first { $0.attack == attack }.flatMap { defeat in
        try? journal.pictures(of: defeat, sample: summary.number, plan: plan)
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(results), as: UTF8.self)
    try folder.write(json + "\n", as: .results)
    try folder.write(JUnitReport(results, gate: gate).xml, as: .junit)
    try folder.write(MarkdownSummary(results, gate: gate).markdown, as: .summary)
    try folder.write(page.html, as: .page)
    if announcing {
      remark("report: \(folder.path)/\(EvaluationFolder.Product.page.rawValue)")
    }
  }

  /// Prints the results, and fails if they do not pass the gate.
  static func show(_ results: EvaluationResults, gate: GateVerdict?, asJSON: Bool) throws {
    if asJSON {
      try results.printAsJSON()
    } else {
      print(EvaluationTable(results, gate: gate, width: ResultsTable.terminalWidth))
    }
    try require(gate)
  }

  /// Fails if the results do not pass the gate.
  static func require(_ gate: GateVerdict?) throws {
    guard let gate, !gate.passed else { return }
    let reasons = gate.checks.filter { !$0.passed }.map(\.sentence)
    throw CommandFailure(.checkFailed, reasons.joined(separator: " "))
  }
}
