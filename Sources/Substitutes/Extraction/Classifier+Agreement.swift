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

  /// For how many pictures rounding may decide about the class: the two largest scores are nearly equal.
  func undecidedCount(among pictures: [Picture]) throws -> Int {
    let oracle = ModelOracle(self)
    return try pictures.chunks(of: 200).reduce(0) { count, chunk in
      let scores = try oracle.scores(of: Tensor(Array(chunk))).floats()
      return count
        + scores.chunks(of: classCount).count { row in
          let largest = row.sorted(by: >).prefix(2)
          guard let first = largest.first, let last = largest.last else { return false }
          return first - last <= 1e-4 * max(1, abs(first))
        }
    }
  }
}
