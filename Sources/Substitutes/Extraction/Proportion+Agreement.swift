import Evaluation

extension Proportion {
  /// How many answers are the one that is given most often; nothing if there are no answers.
  init?(ofMostFrequentIn answers: [Int]) {
    let counts = Dictionary(answers.map { ($0, 1) }, uniquingKeysWith: +)
    guard let most = counts.values.max() else { return nil }
    self.init(most, of: answers.count)
  }

  /// Whether two counts of agreement may be of the same weights.
  ///
  /// Another number of threads may round otherwise, which decides about a picture now and then. This one may be
  /// from a file, and hold any numbers.
  func isNear(_ other: Proportion) -> Bool {
    isSound && total == other.total && abs(count - other.count) <= max(1, total / 100)
  }
}
