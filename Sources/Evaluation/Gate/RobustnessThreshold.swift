import Foundation
public import ThreatModels

/// The least robust accuracy that a model must show.
public struct RobustnessThreshold: Hashable, Sendable {
  /// The least share, 0…1.
  public let share: Double
  /// The ε that it is for, as the user wrote it; nothing for every budget of the evaluation.
  public let epsilon: String?
  /// Whether the lower end of the 95 % interval must reach it, or only the measured share.
  public let usesInterval: Bool

  /// A threshold from a text such as `0.40` or `0.40@8/255`.
  ///
  /// - Returns: nothing if the text is no share in 0…1 with an optional ε.
  public init?(_ text: String, usesInterval: Bool = true) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2, let share = Double(parts[0]), (0...1).contains(share) else {
      return nil
    }
    if parts.count == 2, Double(pixelValue: String(parts[1])) == nil { return nil }
    self.share = share
    epsilon = parts.count == 2 ? String(parts[1]) : nil
    self.usesInterval = usesInterval
  }

  /// Whether it is for a budget.
  public func isAbout(_ threat: ThreatModel) -> Bool {
    guard let value = epsilon.flatMap({ Double(pixelValue: $0) }) else { return true }
    return abs(value - threat.budget.epsilon) < 1e-9
  }

  /// What it says of an evaluation, a check for each budget that it is for.
  public func checks(of results: EvaluationResults) -> [GateVerdict.Check] {
    let cases = results.worstCases.filter { isAbout($0.threat) }
    if cases.isEmpty {
      return [
        .init(
          passed: false,
          sentence: "No budget of the evaluation has ε = \(epsilon ?? "anything"), so the robust "
            + "accuracy there is unknown.")
      ]
    }
    return cases.map { worst in
      let accuracy = worst.robustAccuracy
      let measured = usesInterval ? accuracy.low : accuracy.value
      let what = usesInterval ? "The lower end of the 95 % interval of the" : "The measured"
      let holds = measured >= share
      return .init(
        of: worst.threat, passed: holds,
        sentence: "\(what) robust accuracy under \(worst.threat.budget) "
          + "(\(worst.threat.pixels.rawValue)) is \(percent(measured)), "
          + "\(holds ? "not below" : "below") \(percent(share)); measured \(percent(accuracy.value)) "
          + "of \(accuracy.total) pictures.")
    }
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
