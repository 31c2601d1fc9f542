public import Evaluation

extension Outcome {
  /// What became of the picture, in a word or two for people.
  public var word: String {
    switch self {
    case .initiallyWrong: "already wrong"
    case .newlyWrong: "fooled"
    case .robust: "held"
    case .invalid: "invalid"
    }
  }

  /// The colour that goes with the word, never instead of it.
  var accent: Colour {
    switch self {
    case .initiallyWrong: .slate
    case .newlyWrong: .vermilion
    case .robust: .blue
    case .invalid: .plum
    }
  }
}
