import Foundation
import ThreatModels

extension BaselineComparison {
  /// The pictures whose fate under one budget is not what it was.
  struct Changes: Hashable, Sendable {
    private let what: String
    private let threat: ThreatModel?
    private let total: Int
    private let lost: Int
    private let won: Int

    /// Changes.
    ///
    /// - Parameters:
    ///   - what: is compared, for people.
    ///   - threat: the budget; nothing without an attack.
    ///   - pairs: for each picture whether it was right before, and whether it is now.
    init(_ what: String, of threat: ThreatModel?, _ pairs: [(Bool, Bool)]) {
      self.what = what
      self.threat = threat
      total = pairs.count
      lost = pairs.count { $0 && !$1 }
      won = pairs.count { !$0 && $1 }
    }

    /// How likely so many losses are if a change for the worse is as likely as one for the better.
    var chance: Double { BaselineComparison.chance(ofAtLeast: lost, of: lost + won) }

    /// The check that says it.
    func check(isWorse: Bool) -> GateVerdict.Check {
      .init(
        of: threat, passed: !isWorse,
        sentence: "\(what), on the \(total) pictures of the baseline: \(lost) lost, \(won) won"
          + (isWorse ? String(format: ", a significant regression (p = %.2g).", chance) : "."))
    }
  }
}
