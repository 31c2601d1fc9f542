/// What became of one picture under an attack.
public enum Outcome: String, Hashable, Codable, Sendable, CaseIterable {
  /// The model was wrong before the attack; the picture was not attacked.
  case initiallyWrong
  /// The attack reached its goal within the budget, confirmed by asking the model again.
  case newlyWrong
  /// The attack did not reach its goal.
  case robust
  /// The attack returned a point outside the budget, outside [0, 1], off the grid or not a number.
  case invalid
}
