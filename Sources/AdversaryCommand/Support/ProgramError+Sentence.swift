import Adversary

extension ProgramError {
  /// What is wrong, with the option that helps, if one does.
  var sentence: String {
    self == .returnsProbabilities
      ? "the model returns probabilities, not logits: export it without its last softmax, or attack it "
        + "with --outputs probabilities" : description.safeToPrint
  }
}
