import Adversary

/// What a substitute begins as: an architecture with new weights, or the model of a file.
struct SubstituteStart {
  let program: Program
  /// What is done to pixels first; nothing if the program does it.
  let normalization: ProgramClassifier.Normalization?
  let recorded: SubstituteSetup.Model

  /// A beginning.
  ///
  /// - Throws: ``CommandFailure`` when the file's model is not for the service's pictures and classes.
  init(
    _ text: String, use: ModelUse, for service: any QueriedModel,
    seed: UInt64
  ) throws {
    let normalization = use.normalization
    let words = normalization.map { "\($0.mean), \($0.standardDeviation)" }
    let shape = service.imageShape
    guard TrainingStart.isFile(text) else {
      var numbers = RandomKey(seed: seed).part("weights").makeNumbers()
      program = try ArchitectureCatalogue.architecture(text).program(
        for: ClassificationTask(
          channels: shape.channels, height: shape.height, width: shape.width,
          classCount: service.classCount),
        normalization: normalization.map {
          InputNormalization(
            mean: $0.mean.map(Float.init), standardDeviation: $0.standardDeviation.map(Float.init))
        }, using: &numbers)
      self.normalization = nil
      recorded = .init(source: text, normalization: words)
      return
    }
    let prepared = try PreparedModel(path: text, use: use)
    try prepared.requireLogits(path: text)
    program = prepared.program
    let model = try LoadedModel(prepared, path: text)
    let classifier = model.classifier
    guard classifier.imageShape == shape, classifier.classCount == service.classCount else {
      throw CommandFailure(
        .badData,
        "\(text) is for pictures of \(classifier.imageShape) and \(classifier.classCount) classes, "
          + "and the service for \(shape) and \(service.classCount)")
    }
    self.normalization = prepared.normalization
    var others = use
    others.normalization = nil
    recorded = .init(
      source: text.absolutePath, sha256: try model.digest(), normalization: words,
      options: others == ModelUse() ? nil : others.recorded)
  }
}
