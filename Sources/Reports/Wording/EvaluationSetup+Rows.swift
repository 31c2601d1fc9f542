import Evaluation
import ThreatModels

extension EvaluationSetup {
  /// All that was chosen, as names with values: enough to repeat the evaluation.
  var rows: [(name: String, value: String)] {
    let options = model.options.sorted { $0.key < $1.key }.map { ("Model, \($0.key)", $0.value) }
    let choices = attacks.enumerated().map { index, attack in
      (
        attacks.count == 1 ? "Attack" : "Attack \(index + 1)",
        attack.settings == .object([:])
          ? attack.text : "\(attack.text) \(attack.settings.compactText)"
      )
    }
    return [
      ("Adversary", version), ("libtorch", engineVersion), ("Model", model.path),
      ("Model, SHA-256", model.sha256),
    ] + options
      + [
        (
          "Pictures",
          "\(data.path), \(data.split), "
            + (data.isSpread == true
              ? "\(data.count.grouped) taken evenly" : "the first \(data.count.grouped)")
        ),
        ("Budgets", threats.map(\.words).joined(separator: "; ")),
        ("The attacker asks for", objectiveWords),
      ] + [defense.map { ("Defence", $0.words) }].compactMap(\.self) + choices
      + [
        ("Seed", String(seed)), ("Batch size", batchSize.grouped),
        ("Sanity checks", checksSanity ? "made" : "not made"),
      ]
  }
}
