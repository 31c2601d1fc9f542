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
  public func checks(of results: EvaluationResults) -> [GateVerdict.Check] {
    let pairs = commonSamples(with: results)
    let threats = baseline.worstCases.map(\.threat)
    if let obstacle = obstacle(to: results, common: pairs.count) {
      return [.init(passed: false, sentence: obstacle)]
    }
    let clean = Changes(
      "Accuracy without an attack", of: nil, pairs.map { ($0.isRight, $1.isRight) })
    let robust = threats.map { threat in
      Changes(
        "Robust accuracy under \(threat.budget) (\(threat.pixels.rawValue))", of: threat,
        pairs.map {
          (
            $0.isRobust(under: threat, in: baseline, of: threats),
            $1.isRobust(under: threat, in: results, of: threats)
          )
        })
    }
    return Self.checks(of: [clean] + robust)
  }

  /// Why the runs cannot be compared, in a sentence; nothing if they can.
  private func obstacle(to results: EvaluationResults, common: Int) -> String? {
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
    if common == 0 { return "The baseline holds no pictures." }
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
  /// Whether nothing fooled it under a budget, or under a smaller one of those that count.
  func isRobust(
    under threat: ThreatModel, in results: EvaluationResults, of counted: [ThreatModel]
  ) -> Bool {
    isRight
      && !defeats.contains { defeat in
        guard results.attacks.indices.contains(defeat.attack) else { return false }
        let own = results.attacks[defeat.attack].threat
        return own.isWithin(threat) && counted.contains { $0.isSame(as: own) }
      }
  }
}
