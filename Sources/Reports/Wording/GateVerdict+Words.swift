import Evaluation
import ThreatModels

extension GateVerdict {
  /// The checks of one budget, failed ones first; nothing if there is no demand for it.
  func checks(of threat: ThreatModel) -> [Check] {
    let own = checks.filter { $0.threat == threat }
    return own.filter { !$0.passed } + own.filter(\.passed)
  }

  /// The checks that are about no budget.
  var generalChecks: [Check] { checks.filter { $0.threat == nil } }

  /// The verdict in a word for people.
  var word: String { passed ? "Gate passed" : "Gate failed" }
}
