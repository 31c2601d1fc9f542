import Adversary
import ArgumentParser

/// `adversary report`.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Write the report of an evaluation or certification again, also if it is not finished.",
    discussion: """
      Needs neither the model nor the data: everything is in the journal.

      Examples:
        adversary report evaluation
        adversary report evaluation --fail-under 0.40@8/255
      """)

  @Argument(help: "A folder that adversary evaluate or certify wrote.")
  var folder: String

  @OptionGroup var gateOptions: GateOptions

  @Flag(help: "Print the results as JSON.")
  var json = false

  func run() throws {
    let gate = try gateOptions.gate()
    let defended = DefenseFolder(folder)
    if defended.holdsComparison {
      let (comparison, verdict) = try DefenseEvaluation(folder: defended).write(gate: gate)
      return try DefenseEvaluation.show(comparison, gate: verdict, asJSON: json)
    }
    let certified = CertificateFolder(folder)
    if certified.holdsCertification {
      return try reportCertificates(in: certified, isGated: gate != nil)
    }
    let folder = EvaluationFolder(folder)
    let journal = try Journal(opening: folder.journalPath)
    try gateOptions.requireDemandedBudgets(in: journal.setup.threats)
    let plan = try EvaluationPlan(for: journal.setup)
    guard let results = try journal.results(of: plan) else {
      throw CommandFailure(
        .missingInput, "\(folder.path): no batch of pictures is complete yet, so there is no result"
      )
    }
    let verdict = gate?(results, journal)
    try EvaluationProducts(folder: folder, journal: journal, plan: plan)
      .write(results, gate: verdict)
    try EvaluationProducts.show(results, gate: verdict, asJSON: json)
  }

  private func reportCertificates(in folder: CertificateFolder, isGated: Bool) throws {
    if isGated { throw CommandFailure(.usage, "gates are about evaluations, not certificates") }
    let journal = try CertificateJournal(opening: folder.journalPath)
    let products = CertificationProducts(folder: folder, journal: journal)
    guard let results = try products.results() else {
      throw CommandFailure(
        .missingInput, "\(folder.path): there is no certificate yet, so there is no result")
    }
    try products.write(results)
    try CertificationProducts.show(results, asJSON: json)
  }
}
