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
