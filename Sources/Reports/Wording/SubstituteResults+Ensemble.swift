import Evaluation
public import Substitutes

extension SubstituteResults {
  /// What the attacks work on, in a word.
  var attackedModel: String { ensemble == nil ? "substitute" : "ensemble" }

  /// How well each model of the ensemble agrees, and all of them as one; nothing without an ensemble.
  var ensembleRows: [(name: String, agreement: Proportion?, learned: Proportion)] {
    guard let ensemble, let setup = setup.ensemble, let last = rounds.last else { return [] }
    return [(self.setup.model.source, last.agreement, last.learned)]
      + ensemble.members.map { ($0.model.source, $0.agreement, $0.learned) }
      + [("all of them, \(setup.average)", ensemble.agreement, ensemble.learned)]
  }

  /// How well all of them agree as one, in a sentence; nothing without an ensemble or held-out seeds.
  var ensembleWords: String? {
    guard let agreement = ensemble?.agreement else { return nil }
    return " With \((ensemble?.members.count ?? 0).of("other model")) that learned from the same "
      + "answers it agrees on \(agreement.value.asPercentage) of them."
  }
}

extension SubstituteMember {
  /// One model for people who watch: what it is, and what came of it.
  public var words: String {
    "\(model.source): \(Proportion.words(ofAgreement: agreement, learned: learned))"
  }
}

extension Proportion {
  /// How well a model agrees, in words.
  static func words(ofAgreement agreement: Proportion?, learned: Proportion) -> String {
    (agreement.map { "agrees on \($0.value.asPercentage) of held-out seeds, " } ?? "")
      + "\(learned.value.asPercentage) of what it learned from"
  }
}
