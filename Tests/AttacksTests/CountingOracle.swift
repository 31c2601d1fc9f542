import TensorModule
import ThreatModels

/// An oracle that counts the pictures it is asked about.
final class CountingOracle: ScoreOracle, LabelOracle {
  private let oracle: ModelOracle
  private(set) var pictures = 0
  /// How many pictures came with each question.
  private(set) var sizes: [Int] = []

  init(_ oracle: ModelOracle) {
    self.oracle = oracle
  }

  var imageShape: ImageShape { oracle.imageShape }
  var classCount: Int { oracle.classCount }

  func scores(of images: Tensor) throws(OracleError) -> Tensor {
    note(images)
    return try oracle.scores(of: images)
  }

  func labels(of images: Tensor) throws(OracleError) -> Tensor {
    note(images)
    return try oracle.labels(of: images)
  }

  private func note(_ images: Tensor) {
    pictures += images.count
    sizes.append(images.count)
  }
}
