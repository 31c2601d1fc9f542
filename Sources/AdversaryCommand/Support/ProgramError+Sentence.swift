import Adversary

extension ProgramError {
  /// What is wrong, with the option that helps, if one does.
  var sentence: String { [plainSentence, advice].compactMap(\.self).joined(separator: ": ") }

  /// What is wrong.
  var plainSentence: String {
    self == .returnsProbabilities
      ? "the model returns probabilities, not logits" : description.safeToPrint
  }

  /// The option that helps; nothing if none does.
  var advice: String? {
    self == .returnsProbabilities
      ? "attack it with --outputs probabilities, or export it without what makes probabilities of its "
        + "scores" : nil
  }
}
