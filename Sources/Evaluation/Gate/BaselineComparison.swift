import Foundation
import ThreatModels

/// Whether a model has become worse than an earlier evaluation says, beyond what chance explains.
///
/// The same pictures are compared pair by pair with the exact one-sided test of McNemar (1947): among
/// pictures whose fate changed, how likely are that many changes for the worse if both directions are
/// equally likely?
public struct BaselineComparison: Sendable {
  /// A change is significant if chance alone explains it with less than this probability.
  private static let significance = 0.05

  private let baseline: EvaluationResults

  /// A comparison with an earlier evaluation.
  public init(with baseline: EvaluationResults) {
    self.baseline = baseline
  }

  /// What it says of an evaluation: a check of the clean accuracy and of each common budget.
  public func checks(of results: EvaluationResults) -> [GateVerdict.Check] {
    let pairs = commonSamples(with: results)
    guard !pairs.isEmpty else {
      return [
        .init(passed: false, sentence: "The baseline has no picture in common with this run.")
      ]
    }
    let threats = results.worstCases.map(\.threat).filter { threat in
      baseline.worstCases.contains { $0.threat.isSame(as: threat) }
    }
    guard !threats.isEmpty else {
      return [.init(passed: false, sentence: "The baseline has no budget in common with this run.")]
    }
    let clean = check("Accuracy without an attack", of: nil, pairs.map { ($0.isRight, $1.isRight) })
    return [clean]
      + threats.map { threat in
        check(
          "Robust accuracy under \(threat.budget) (\(threat.pixels.rawValue))", of: threat,
          pairs.map {
            ($0.isRobust(under: threat, in: baseline), $1.isRobust(under: threat, in: results))
          })
      }
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

  private func check(
    _ what: String, of threat: ThreatModel?, _ pairs: [(Bool, Bool)]
  ) -> GateVerdict.Check {
    let lost = pairs.count { $0 && !$1 }
    let won = pairs.count { !$0 && $1 }
    let chance = Self.chance(ofAtLeast: lost, of: lost + won)
    let isWorse = lost > won && chance < Self.significance
    return .init(
      of: threat, passed: !isWorse,
      sentence: "\(what), on the \(pairs.count) pictures of the baseline: \(lost) lost, \(won) won"
        + (isWorse ? String(format: ", a significant regression (p = %.2g).", chance) : "."))
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
  fileprivate var isRight: Bool { clean.classIndex == label }

  fileprivate func isRobust(under threat: ThreatModel, in results: EvaluationResults) -> Bool {
    isRight
      && !defeats.contains { defeat in
        results.attacks.indices.contains(defeat.attack)
          && results.attacks[defeat.attack].threat.isWithin(threat)
      }
  }
}
