import Adversary
import ArgumentParser
import Foundation

/// Says whether an evaluation passes.
typealias Gate = (_ results: EvaluationResults, _ journal: Journal) -> GateVerdict

/// What a model must show.
struct GateOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "End with exit code 1 if the robust accuracy is below this: 0.40, or 0.40@8/255 for one of "
        + "several ε.", valueName: "share"))
  var failUnder: [String] = []

  @Flag(help: "Compare the measured robust accuracy instead of the lower end of its 95 % interval.")
  var measured = false

  @Option(
    help: ArgumentHelp(
      "An earlier results.json: end with exit code 1 if the model has become significantly worse.",
      valueName: "file"))
  var baseline: String?

  @Flag(
    help: ArgumentHelp(
      "Let the gate pass although findings make the robust accuracy doubtful, such as gradients that "
        + "vanish."))
  var ignoreFindings = false

  func validate() throws {
    for text in failUnder where RobustnessThreshold(text) == nil {
      throw ValidationError("--fail-under takes a share such as 0.40 or 0.40@8/255, not “\(text)”")
    }
    if measured && failUnder.isEmpty { throw ValidationError("--measured needs --fail-under") }
    if ignoreFindings && failUnder.isEmpty && baseline == nil {
      throw ValidationError("--ignore-findings needs --fail-under or --baseline")
    }
  }

  /// Reads what has to be read, so that a wrong file is found before the work and not after.
  ///
  /// - Returns: nothing if nothing is demanded.
  func gate() throws -> Gate? {
    if failUnder.isEmpty && baseline == nil { return nil }
    let thresholds = failUnder.compactMap { RobustnessThreshold($0, usesInterval: !measured) }
    let comparison = try baseline.map { try Self.comparison(withFileAt: $0) }
    return { results, journal in
      let regressions = comparison?.checks(of: results) { count in
        // Pictures that cannot be identified are none of the baseline's.
        (try? journal.digests(ofFirst: count, by: PictureDigest.hexadecimal(of:))) ?? []
      }
      let doubt = GateVerdict.Check.credibility(of: results, ignoringFindings: ignoreFindings)
      return GateVerdict(
        Self.completeness(of: results) + [doubt].compactMap(\.self)
          + thresholds.flatMap { $0.checks(of: results) } + (regressions ?? []))
    }
  }

  /// Refuses a demand about an ε that is not evaluated.
  ///
  /// - Parameter threats: the budgets of the evaluation.
  func requireDemandedBudgets(in threats: [ThreatModel]) throws {
    for text in failUnder {
      guard let threshold = RobustnessThreshold(text), let epsilon = threshold.epsilon,
        !threats.contains(where: { threshold.isAbout($0) })
      else { continue }
      throw CommandFailure(
        .usage,
        "--fail-under \(text) is about ε = \(epsilon), which is not evaluated: give it to --epsilon "
          + "too")
    }
  }

  /// A part of the pictures proves nothing.
  private static func completeness(of results: EvaluationResults) -> [GateVerdict.Check] {
    let progress = results.progress
    if progress.isComplete { return [] }
    return [
      .init(
        passed: false,
        sentence: "The evaluation is not finished: \(progress.done) of \(progress.total) pictures "
          + "are done.")
    ]
  }

  private static func comparison(withFileAt path: String) throws -> BaselineComparison {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.missingInput, "\(path): there is no such file")
    }
    guard let results = try? JSONDecoder().decode(EvaluationResults.self, from: data),
      results.formatVersion == 1
    else {
      throw CommandFailure(.badData, "\(path) is no results.json of adversary evaluate")
    }
    let comparison = BaselineComparison(with: results)
    if let flaw = comparison.flaw { throw CommandFailure(.badData, "\(path): \(flaw)") }
    return comparison
  }
}
