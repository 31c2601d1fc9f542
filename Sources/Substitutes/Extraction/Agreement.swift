import Datasets
import Evaluation
import Imaging
import TensorModule
import ThreatModels

extension Classifier {
  /// On how many pictures a substitute says what the service says.
  ///
  /// - Precondition: there are pictures, in the substitute's shape.
  func agreement(on pictures: [Picture], with answers: [Int]) throws -> Proportion {
    let oracle = ModelOracle(self)
    var agreeing = 0
    for rows in Array(pictures.indices).chunks(of: 200) {
      let said = try oracle.labels(of: Tensor(rows.map { pictures[$0] })).integers()
      agreeing += zip(said, rows).count { $0 == answers[$1] }
    }
    return Proportion(agreeing, of: pictures.count)
  }
}

extension Proportion {
  /// How many answers are the one that is given most often; nothing if there are no answers.
  init?(ofMostFrequentIn answers: [Int]) {
    let counts = Dictionary(answers.map { ($0, 1) }, uniquingKeysWith: +)
    guard let most = counts.values.max() else { return nil }
    self.init(most, of: answers.count)
  }

  /// Whether two counts of agreement may be of the same weights.
  ///
  /// Another number of threads may round otherwise, which decides about a picture now and then.
  func isNear(_ other: Proportion) -> Bool {
    total == other.total && abs(count - other.count) <= max(1, total / 100)
  }
}
