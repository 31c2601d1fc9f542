import Adversary

/// The models that an attack on a service begins on: one, or several as one.
struct StartingModels {
  let models: [LoadedModel]
  /// How all of them are used, as far as that was said.
  let use: ModelUse
  let fusion: ClassifierEnsemble.Fusion

  /// Models of files; nothing if there are none.
  ///
  /// - Throws: ``CommandFailure`` when one of them comes twice.
  init?(
    _ paths: [String], use: ModelUse, averaging fusion: ClassifierEnsemble.Fusion
  ) throws {
    if paths.isEmpty { return nil }
    models = try paths.map { try LoadedModel(path: $0, use: use) }
    self.use = use
    self.fusion = fusion
    var known: Set<String> = []
    for model in models where !known.insert(try model.digest()).inserted {
      throw CommandFailure(
        .usage, "\(model.path) is there twice, and an ensemble of the same models is none")
    }
  }

  /// All of them as one.
  ///
  /// - Throws: ``CommandFailure`` when pictures or classes of one of them are not the service's.
  func classifier(for oracle: any LabelOracle) throws -> ClassifierEnsemble {
    for model in models {
      let classifier = model.classifier
      guard classifier.imageShape == oracle.imageShape, classifier.classCount == oracle.classCount
      else {
        throw CommandFailure(
          .badData,
          "\(model.path) is for pictures of \(classifier.imageShape) and "
            + "\(classifier.classCount) classes, and the service for \(oracle.imageShape) and "
            + "\(oracle.classCount)")
      }
    }
    return try ClassifierEnsemble(of: models.map(\.classifier), averaging: fusion)
  }
}
