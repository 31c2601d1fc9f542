import Adversary
import ArgumentParser
import Foundation

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

  func validate() throws {
    for text in failUnder where RobustnessThreshold(text) == nil {
      throw ValidationError("--fail-under takes a share such as 0.40 or 0.40@8/255, not “\(text)”")
    }
    if measured && failUnder.isEmpty { throw ValidationError("--measured needs --fail-under") }
  }

  /// Reads what has to be read, so that a wrong file is found before the work and not after.
  ///
  /// - Returns: nothing if nothing is demanded.
  func gate() throws -> ((EvaluationResults) -> GateVerdict)? {
    if failUnder.isEmpty && baseline == nil { return nil }
    let thresholds = failUnder.compactMap { RobustnessThreshold($0, usesInterval: !measured) }
    let comparison = try baseline.map { BaselineComparison(with: try Self.results(at: $0)) }
    return { results in
      GateVerdict(
        Self.completeness(of: results) + thresholds.flatMap { $0.checks(of: results) }
          + (comparison?.checks(of: results) ?? []))
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

  private static func results(at path: String) throws -> EvaluationResults {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.missingInput, "\(path): there is no such file")
    }
    guard let results = try? JSONDecoder().decode(EvaluationResults.self, from: data),
      results.formatVersion == 1
    else {
      throw CommandFailure(.badData, "\(path) is no results.json of adversary evaluate")
    }
    return results
  }
}
