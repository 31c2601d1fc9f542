import Adversary

/// The pictures that each epoch is judged by, and the attack that it must hold against.
struct ValidationPictures {
  let pictures: PictureSet
  let trial: Trial

  /// How many pictures are shown at once; the scores do not depend on it.
  private static let batchSize = 100

  /// How a model does.
  ///
  /// - Parameter report: told how many pictures are done; an error that it throws ends the work.
  func scores(
    of model: any DifferentiableClassifier, reporting report: (Int) throws -> Void
  ) throws -> ValidationScores {
    var scores = ValidationScores(count: pictures.count, rightCount: 0, robustCount: 0)
    for start in stride(from: 0, to: pictures.count, by: Self.batchSize) {
      try report(start)
      let numbers = Array(start..<min(start + Self.batchSize, pictures.count))
      let counts = try trial.run(
        on: model, images: pictures.images(numbers), labels: numbers.map { pictures.labels[$0] },
        numbers: numbers
      ).counts
      scores.rightCount += counts.total - counts.initiallyWrong
      scores.robustCount += counts.total - counts.initiallyWrong - counts.newlyWrong
    }
    return scores
  }
}
