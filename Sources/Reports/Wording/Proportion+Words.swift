import Evaluation

extension Proportion {
  /// The interval for people: `41.7 to 55.4 %`.
  var intervalWords: String {
    let ends = [low, high].map(\.asPercentage)
    return "\(ends[0].hasSuffix(" %") ? String(ends[0].dropLast(2)) : ends[0]) to \(ends[1])"
  }

  /// The share with its interval: `48.5 % (41.7 to 55.4 %)`.
  var words: String { "\(value.asPercentage) (\(intervalWords))" }
}
