import Evaluation

extension Proportion {
  /// The interval for people: `41.7 to 55.4 %`.
  var intervalWords: String { Self.words(for: low...high) }

  /// The interval as that of the best of several: `35.2 to 61.0 %`.
  func intervalWords(asOneOf count: Int) -> String { Self.words(for: interval(asOneOf: count)) }

  private static func words(for interval: ClosedRange<Double>) -> String {
    let ends = [interval.lowerBound, interval.upperBound].map(\.asPercentage)
    return "\(ends[0].hasSuffix(" %") ? String(ends[0].dropLast(2)) : ends[0]) to \(ends[1])"
  }

  /// The share with its interval: `48.5 % (41.7 to 55.4 %)`.
  var words: String { "\(value.asPercentage) (\(intervalWords))" }
}
