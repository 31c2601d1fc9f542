public import Evaluation
import ThreatModels

extension DefenseComparison {
  /// The outcome in one sentence or two.
  ///
  /// It is about the budget where the careless number misleads most.
  public var verdict: String {
    let defense = transformations.joined(separator: ", then ")
    guard let budget = headline else {
      return "\(defense): \(defendedCleanAccuracy.value.asPercentage) of "
        + "\(defendedCleanAccuracy.total.of("picture")) are right without an attack; nothing was "
        + "attacked."
    }
    let naive = "an evaluation that does not know it says \(budget.naive.value.asPercentage)"
    let doubt = doubts.doubtWords
    return (doubt.map { "\($0): with" } ?? "With")
      + " \(defense) before the model, \(doubt == nil ? "" : "at most ")"
      + "\(budget.worst.value.asPercentage) of "
      + "\(budget.worst.total.of("picture")) are right and stay right under \(budget.threat.words) "
      + "(95 % interval \(budget.worst.intervalWords)), without it "
      + "\(budget.undefended.value.asPercentage); \(naive)\(budget.gainWords)."
  }

  /// That numbers are missing, if they are.
  public var progressWarning: String? {
    progress.isComplete
      ? nil
      : "Not finished: \(progress.done.grouped) of \(progress.total.of("picture")) are done. "
        + "All numbers are about these and may still change."
  }

  /// The budget that the verdict is about.
  private var headline: Budget? {
    budgets.max {
      ($0.naive.count - $0.worst.count, -$0.threat.budget.epsilon)
        < ($1.naive.count - $1.worst.count, -$1.threat.budget.epsilon)
    }
  }

  /// What the three kinds of evaluation are called, and the share of each under a budget.
  static let views: [(name: String, share: @Sendable (Budget) -> Proportion)] = [
    ("without the defence", { $0.undefended }), ("naive attack", { $0.naive }),
    ("adaptive attack", { $0.adaptive }),
  ]
}

extension DefenseComparison.Budget {
  /// How much of the gain that the naive number promises is there.
  fileprivate var gainWords: String {
    let (promised, masked) = (naive.count - undefended.count, naive.count - worst.count)
    if masked == 0 { return "" }
    if !isMasked { return ", which is not significantly more" }
    guard promised > 0 else { return ", \(masked.of("picture")) more" }
    return masked >= promised
      ? ", and all of the gain that it sees is masked gradients"
      : ", and \((Double(masked) / Double(promised)).asPercentage) of the gain that it sees is "
        + "masked gradients"
  }

  /// Whether the naive number can be believed, in a few words.
  var maskingWords: String {
    isMasked ? "masked" : masked > missed ? "not significant" : "none"
  }
}
