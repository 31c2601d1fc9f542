import TensorModule
import ThreatModels

/// An oracle that gives an error after some number of pictures, and keeps what it was asked.
final class FailingOracle: ScoreOracle, LabelOracle {
  private let oracle: ModelOracle
  private let limit: Int
  private let error: OracleError
  private(set) var pictures: [Tensor] = []

  /// - Parameters:
  ///   - oracle: is asked until then.
  ///   - limit: how many pictures it answers.
  ///   - error: what comes then; a spent budget if not said.
  init(_ oracle: ModelOracle, after limit: Int, with error: OracleError? = nil) {
    self.oracle = oracle
    self.limit = limit
    self.error = error ?? .budgetSpent(asked: limit, limit: limit)
  }

  var imageShape: ImageShape { oracle.imageShape }
  var classCount: Int { oracle.classCount }

  func scores(of images: Tensor) throws(OracleError) -> Tensor {
    try note(images)
    return try oracle.scores(of: images)
  }

  func labels(of images: Tensor) throws(OracleError) -> Tensor {
    try note(images)
    return try oracle.labels(of: images)
  }

  /// Whether everything that was asked about is a picture of a grid.
  func wasAskedOnly(on grid: PixelGrid) -> Bool {
    pictures.allSatisfy { grid.allows($0).allSatisfy { $0 } }
  }

  private func note(_ images: Tensor) throws(OracleError) {
    if pictures.reduce(0, { $0 + $1.count }) + images.count > limit { throw error }
    pictures.append(images)
  }
}
