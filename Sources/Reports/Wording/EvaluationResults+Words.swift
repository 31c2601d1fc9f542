public import Evaluation
import ThreatModels

extension EvaluationResults {
  /// The outcome in one sentence, or what there is of one.
  ///
  /// It is about the budget where the model did worst, the smallest of them if there are several. Where
  /// a finding makes the number doubtful it begins with that.
  public var verdict: String {
    let (clean, pictures) = (cleanAccuracy.value.asPercentage, cleanAccuracy.total.of("picture"))
    guard let worst = headline else {
      return "\(clean) of \(pictures) are right without an attack; nothing was attacked."
    }
    let own = attacks.filter { $0.threat == worst.threat }
    let count = own.count { !$0.isOfSanityChecks }
    let attackers =
      (count == 1 ? "1 attack" : "worst of \(count) attacks")
      + (own.count > count ? " and the sanity checks" : "")
    let doubt = doubts.doubtWords.map { "\($0): at most " } ?? ""
    return
      "\(doubt)\(worst.robustAccuracy.value.asPercentage) of pictures \(setup.holdingWords) under "
      + "\(worst.threat.words) (95 % interval \(worst.robustAccuracy.intervalWords), \(attackers), "
      + "\(pictures)); without an attack \(clean)."
  }

  /// That numbers are missing, if they are.
  public var progressWarning: String? {
    progress.isComplete
      ? nil
      : "Not finished: \(progress.done.grouped) of \(progress.total.of("picture")) are done. "
        + "All numbers are about these and may still change."
  }

  /// The worst case that the verdict is about.
  var headline: WorstCase? {
    worstCases.min {
      ($0.robustAccuracy.value, $0.threat.budget.epsilon)
        < ($1.robustAccuracy.value, $1.threat.budget.epsilon)
    }
  }

  /// Findings, those that make the numbers doubtful first.
  var sortedFindings: [Finding] {
    findings.filter { $0.severity == .warning } + findings.filter { $0.severity != .warning }
  }

  /// Samples that at least one attack fooled.
  var defeatedCount: Int { samples.count { !$0.defeats.isEmpty } }
}

extension [String] {
  /// That robust accuracies are doubtful for these reasons, if there are any.
  var doubtWords: String? { isEmpty ? nil : "Doubtful (\(joined(separator: ", ")))" }
}

extension EvaluationSetup {
  /// What a picture does that counts as robust.
  var holdingWords: String {
    switch objective {
    case .untargeted: "are right and stay right"
    case .target(let index): "are right and cannot be turned into “\(name(ofClass: index))”"
    case .leastLikely: "are right and cannot be turned into the least likely class"
    }
  }

  /// What the attacker asks for.
  var objectiveWords: String {
    switch objective {
    case .untargeted: "any wrong class"
    case .target(let index): name(ofClass: index)
    case .leastLikely: "the least likely class"
    }
  }

  /// The model's file without its folders.
  var modelName: String { model.path.lastPathComponent }
}

extension String {
  /// What follows the last slash.
  var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }
}

extension Finding.Kind {
  /// The finding as a heading.
  var title: String {
    let words = rawValue.replacing("-", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}

extension Finding.Severity {
  /// The weight in a word for people.
  var word: String {
    switch self {
    case .warning: "Warning"
    case .note: "Note"
    }
  }
}

extension AttackResult {
  /// The name with its ensemble in front: `AutoAttack: APGD-CE`.
  var fullName: String { ensemble.map { "\($0): \(name)" } ?? name }

  /// The largest and the median perturbation, in the norm's own unit.
  var perturbationWords: (maximum: String, median: String) {
    guard let perturbation else { return ("–", "–") }
    let norm = threat.budget.norm
    return (norm.words(ofSize: perturbation.maximum), norm.words(ofSize: perturbation.median))
  }

  /// Samples that an attack fooled, of those that it was made on.
  var fooledWords: String { "\(counts.newlyWrong.grouped) of \(counts.attacked.grouped)" }
}

extension Distances {
  /// The distance in one norm for people.
  func words(in norm: Norm) -> String {
    switch norm {
    case .linf: norm.words(ofSize: maximumInPixels / 255)
    case .l2: norm.words(ofSize: l2)
    case .l1: norm.words(ofSize: l1)
    case .l0: norm.words(ofSize: l0)
    }
  }
}
