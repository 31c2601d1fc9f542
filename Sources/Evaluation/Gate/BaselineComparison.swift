import Foundation
import ThreatModels

/// Whether a model has become worse than an earlier evaluation says, beyond what chance explains.
///
/// The same pictures are compared pair by pair with the exact one-sided test of McNemar (1947): among
/// pictures whose fate changed, how likely are that many changes for the worse if both directions are
/// equally likely? The checks are corrected for their number.
public struct BaselineComparison: Sendable {
  /// A change is significant if chance alone explains it with less than this probability.
  private static let significance = 0.05

  private let baseline: EvaluationResults

  /// A comparison with an earlier evaluation.
  public init(with baseline: EvaluationResults) {
    self.baseline = baseline
  }

  /// What it says of an evaluation: a check of the clean accuracy and of each budget of the baseline.
  ///
  /// Runs that ask for something else, attack otherwise or lack pictures or budgets of the baseline
  /// cannot be compared, and do not pass. What a run has beyond the baseline does not count.
  ///
  /// - Parameters:
  ///   - results: of the evaluation.
  ///   - digests: the digests that the first so many pictures of the evaluation may have; asked only if
  ///     it has more pictures than the baseline. ``Journal/digests(ofFirst:by:)`` knows them.
  public func checks(
    of results: EvaluationResults, digests: (_ count: Int) -> Set<String> = { _ in [] }
  ) -> [GateVerdict.Check] {
    let pairs = commonSamples(with: results)
    let threats = baseline.worstCases.map(\.threat)
    if let obstacle = flaw ?? obstacle(to: results, common: pairs.count, digests: digests) {
      return [.init(passed: false, sentence: obstacle)]
    }
    let ignoresChecks = sanityThreat(of: baseline) != sanityThreat(of: results)
    let clean = Changes(
      "Accuracy without an attack", of: nil, pairs.map { ($0.isRight, $1.isRight) })
    let robust = threats.map { threat in
      Changes(
        "Robust accuracy under \(threat.budget) (\(threat.pixels.rawValue))", of: threat,
        pairs.map {
          (
            $0.isRobust(
              under: threat, in: baseline, of: threats, ignoringChecks: ignoresChecks),
            $1.isRobust(under: threat, in: results, of: threats, ignoringChecks: ignoresChecks)
          )
        })
    }
    return Self.checks(of: [clean] + robust)
  }

  /// Why the baseline cannot be compared with anything, in a sentence; nothing if it can.
  public var flaw: String? {
    let progress = baseline.progress
    if !progress.isComplete {
      return "The baseline is not finished (\(progress.done) of \(progress.total) pictures), so it "
        + "cannot be compared."
    }
    if baseline.samples.isEmpty { return "The baseline holds no pictures." }
    if baseline.samples.count != progress.done {
      return "The baseline lacks pictures: it holds \(baseline.samples.count) of the "
        + "\(progress.done) that it says were done."
    }
    if baseline.worstCases.isEmpty {
      return "The baseline holds no budgets, so it cannot be compared."
    }
    return nil
  }

  /// The budget under which sanity checks found examples; nothing if none were made.
  private func sanityThreat(of results: EvaluationResults) -> ThreatModel? {
    results.attacks.first { $0.isOfSanityChecks }?.threat
  }

  /// Why the runs cannot be compared, in a sentence; nothing if they can.
  private func obstacle(
    to results: EvaluationResults, common: Int, digests: (Int) -> Set<String>
  ) -> String? {
    /// Names with settings, in whatever order and however they were written.
    func attacks(_ results: EvaluationResults) -> Set<[JSONValue]> {
      Set(results.setup.attacks.map { [.string($0.name), $0.settings] })
    }
    if baseline.setup.objective != results.setup.objective {
      return "The baseline was made with another objective, so it cannot be compared."
    }
    if attacks(baseline) != attacks(results) {
      let texts = baseline.setup.attacks.map(\.text).joined(separator: " ")
      return "The baseline was made with other attacks (\(texts)), so it cannot be compared."
    }
    if common < baseline.samples.count {
      return "Only \(common) of the \(baseline.samples.count) pictures of the baseline are in this "
        + "run, so it cannot be compared."
    }
    let (before, now) = (baseline.setup.data, results.setup.data)
    if before.count == now.count
      ? before.sha256 != now.sha256 : !digests(before.count).contains(before.sha256)
    {
      return "The pictures are not those of the baseline (SHA-256), so it cannot be compared."
    }
    let missing = baseline.worstCases.map(\.threat).first { threat in
      !results.worstCases.contains { $0.threat.isSame(as: threat) }
    }
    return missing.map {
      "The baseline's budget \($0.budget) (\($0.pixels.rawValue)) is not in this run, so it cannot "
        + "be compared."
    }
  }

  /// A regression is significant if the step-down test of Holm (1979) rejects chance, so that all
  /// checks together raise a false alarm with at most that probability.
  static func checks(of changes: [Changes]) -> [GateVerdict.Check] {
    let worse = significant(changes.map(\.chance))
    return changes.indices.map { changes[$0].check(isWorse: worse.contains($0)) }
  }

  /// Which of some probabilities reject chance by the test of Holm.
  static func significant(_ chances: [Double]) -> Set<Int> {
    let order = chances.indices.sorted { chances[$0] < chances[$1] }
    var found: Set<Int> = []
    for (rank, index) in order.enumerated() {
      guard chances[index] * Double(chances.count - rank) < significance else { break }
      found.insert(index)
    }
    return found
  }

  /// Pictures of the same number, name and label in both.
  private func commonSamples(
    with results: EvaluationResults
  ) -> [(before: SampleSummary, now: SampleSummary)] {
    let earlier = Dictionary(
      baseline.samples.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    return results.samples.compactMap { now in
      guard let before = earlier[now.number], before.name == now.name, before.label == now.label
      else { return nil }
      return (before, now)
    }
  }

  /// The probability of at least so many heads among throws of a fair coin.
  static func chance(ofAtLeast heads: Int, of throwsCount: Int) -> Double {
    if heads == 0 { return 1 }
    return (heads...throwsCount).reduce(0) { $0 + exp(logProbability(of: $1, of: throwsCount)) }
  }

  private static func logProbability(of heads: Int, of throwsCount: Int) -> Double {
    let (k, n) = (Double(heads), Double(throwsCount))
    let ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return ways - n * log(2)
  }
}

extension ThreatModel {
  fileprivate func isSame(as other: ThreatModel) -> Bool {
    isWithin(other) && other.isWithin(self)
  }
}

extension SampleSummary {
  /// Whether no point fooled it that a budget allows, of those that were looked for under the budgets
  /// that count.
  ///
  /// - Parameter ignoringChecks: whether what sanity checks found does not count.
  func isRobust(
    under threat: ThreatModel, in results: EvaluationResults, of counted: [ThreatModel],
    ignoringChecks: Bool = false
  ) -> Bool {
    isRight
      && !defeats.contains { defeat in
        guard results.attacks.indices.contains(defeat.attack) else { return false }
        let attack = results.attacks[defeat.attack]
        if ignoringChecks && attack.isOfSanityChecks { return false }
        return threat.allows(defeat.distances, on: attack.threat.pixels)
          && counted.contains { $0.isSame(as: attack.threat) }
      }
  }
}
