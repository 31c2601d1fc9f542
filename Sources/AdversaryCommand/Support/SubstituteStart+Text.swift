import Adversary

extension SubstituteStart {
  /// A beginning: an architecture with new weights, or the model of a file.
  ///
  /// - Throws: ``CommandFailure`` when the file's model is not for the service's pictures and classes.
  init(
    _ text: String, use: ModelUse, for service: any QueriedModel,
    seed: UInt64
  ) throws {
    let shape = service.imageShape
    guard TrainingStart.isFile(text) else {
      let normalization = use.normalization
      var numbers = RandomKey(seed: seed).part("weights").makeNumbers()
      let program = try ArchitectureCatalogue.architecture(text).program(
        for: ClassificationTask(
          channels: shape.channels, height: shape.height, width: shape.width,
          classCount: service.classCount),
        normalization: normalization.map {
          InputNormalization(
            mean: $0.mean.map(Float.init), standardDeviation: $0.standardDeviation.map(Float.init))
        }, using: &numbers)
      self.init(program, recorded: .init(source: text, normalization: normalization?.words))
      return
    }
    let prepared = try PreparedModel(path: text, use: use)
    try prepared.requireLogits(path: text)
    let model = try LoadedModel(prepared, path: text)
    let classifier = model.classifier
    guard classifier.imageShape == shape, classifier.classCount == service.classCount else {
      throw CommandFailure(
        .badData,
        "\(text) is for pictures of \(classifier.imageShape) and \(classifier.classCount) classes, "
          + "and the service for \(shape) and \(service.classCount)")
    }
    var others = use
    others.normalization = nil
    self.init(
      prepared.program, normalization: prepared.normalization,
      recorded: .init(
        source: text.absolutePath, sha256: try model.digest(),
        normalization: prepared.normalization?.words,
        options: others == ModelUse() ? nil : others.recorded))
  }

  /// Further models that learn from the same answers as a substitute.
  ///
  /// - Throws: ``CommandFailure`` when one of them comes twice, or is the substitute; `ProgramError` when one cannot
  ///   learn.
  func others(
    _ texts: [String], use: ModelUse, for service: any QueriedModel, seed: UInt64
  ) throws -> [SubstituteStart] {
    var known = [recorded.identity]
    return try texts.map { text in
      let start = try SubstituteStart(text, use: use, for: service, seed: seed)
      guard !known.contains(start.recorded.identity) else {
        throw CommandFailure(
          .usage, "\(text) is there twice, and an ensemble of the same models is none")
      }
      known.append(start.recorded.identity)
      try start.check()
      return start
    }
  }
}

extension SubstituteSetup.Model {
  /// What two beginnings that are the same have in common.
  fileprivate var identity: String { sha256 ?? source.lowercased() }
}

extension ProgramClassifier.Normalization {
  /// How it is recorded.
  fileprivate var words: String { "\(mean), \(standardDeviation)" }
}
