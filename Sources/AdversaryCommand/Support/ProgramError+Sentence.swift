import Adversary

extension ProgramError {
  /// What is wrong, with the option that helps, if one does.
  var sentence: String {
    self == .returnsProbabilities
      ? "the model returns probabilities, not logits: attack it with --outputs probabilities, or export "
        + "it without what makes probabilities of its scores" : description.safeToPrint
  }
}
