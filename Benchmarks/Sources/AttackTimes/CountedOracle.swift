import Adversary

/// A model of which answers alone are seen, with how often and for how long it was asked.
final class CountedOracle: ScoreOracle, LabelOracle {
  /// How many pictures it was asked about.
  private(set) var queries = 0
  /// How long it took to answer.
  private(set) var seconds = 0.0
  private let model: ModelOracle

  init(_ model: any Classifier) { self.model = ModelOracle(model) }

  var imageShape: ImageShape { model.imageShape }
  var classCount: Int { model.classCount }

  func scores(of images: Tensor) throws(OracleError) -> Tensor {
    let start = ContinuousClock.now
    let scores = try model.scores(of: images)
    note(images, since: start)
    return scores
  }

  func labels(of images: Tensor) throws(OracleError) -> Tensor {
    let start = ContinuousClock.now
    let labels = try model.labels(of: images)
    note(images, since: start)
    return labels
  }

  private func note(_ images: Tensor, since start: ContinuousClock.Instant) {
    queries += images.count
    seconds += (ContinuousClock.now - start) / .seconds(1)
  }
}
