import Adversary
import Foundation

/// The three evaluations of a defended model, and what comes of comparing them.
struct DefenseEvaluation {
  let folder: DefenseFolder

  /// The setup of one of the evaluations.
  static func setup(
    _ part: DefenseFolder.Part, of setup: EvaluationSetup, behind defense: TransformationDefense
  ) -> EvaluationSetup {
    var own = setup
    if part != .undefended {
      own.defense = .init(
        transformations: defense.texts, attacker: part.rawValue, draws: defense.draws)
    }
    return own
  }

  /// Writes everything that is made from the three journals.
  ///
  /// - Parameter gate: what the model must show against both attackers, the one who knows the defence
  ///   and the one who does not.
  /// - Throws: ``CommandFailure`` if there is nothing to compare yet.
  func write(
    gate: Gate?
  ) throws -> (comparison: DefenseComparison, gate: GateVerdict?) {
    let comparison = try comparison()
    var verdict: GateVerdict?
    for part in DefenseFolder.Part.allCases {
      let journal = try Journal(opening: folder.evaluation(part).journalPath)
      if part == .naive {
        try journal.note(comparison.findings, as: .defenseMasksGradients)
      }
      let plan = try EvaluationPlan(for: journal.setup)
      guard let results = try journal.results(of: plan) else { throw nothingYet }
      let own = part == .adaptive ? gate?(comparison.worst(of: results), journal) : nil
      verdict = verdict ?? own
      try EvaluationProducts(folder: folder.evaluation(part), journal: journal, plan: plan)
        .write(results, gate: own, announcing: false)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(comparison), as: UTF8.self)
    let setup = try Journal(opening: folder.evaluation(.adaptive).journalPath).setup
    try folder.write(json + "\n", as: .comparison)
    try folder.write(comparison.markdown, as: .summary)
    try folder.write(DefensePage(comparison, command: setup.commandLine).html, as: .page)
    remark("report: \(folder.path)/\(DefenseFolder.Product.page.rawValue)")
    return (comparison, verdict)
  }

  /// What the three journals say together.
  func comparison() throws -> DefenseComparison {
    let results = try DefenseFolder.Part.allCases.map { part in
      let journal = try Journal(opening: folder.evaluation(part).journalPath)
      guard let results = try journal.results(of: EvaluationPlan(for: journal.setup)) else {
        throw nothingYet
      }
      return results
    }
    guard
      let comparison = DefenseComparison(
        undefended: results[0], naive: results[1], adaptive: results[2])
    else {
      throw RunFolderError.malformed(
        folder.path, "the three evaluations, which do not fit together,")
    }
    return comparison
  }

  /// Prints the comparison, and fails if it does not pass the gate.
  static func show(
    _ comparison: DefenseComparison, gate: GateVerdict?, asJSON: Bool
  ) throws {
    if asJSON {
      try comparison.printAsJSON()
    } else {
      print(DefenseTable(comparison, width: ResultsTable.terminalWidth))
    }
    try EvaluationProducts.require(gate)
  }

  private var nothingYet: CommandFailure {
    CommandFailure(
      .missingInput,
      "\(folder.path): not all three evaluations have a complete batch of pictures yet, so there is "
        + "nothing to compare")
  }
}
