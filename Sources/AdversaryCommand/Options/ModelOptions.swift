public import Adversary
public import ArgumentParser

/// Which model, and what lies between a picture's pixels and its input.
struct ModelOptions: ParsableArguments {
  @Argument(help: "A model that PyTorch exported: torch.export.save(…, \"model.pt2\").")
  var model: String

  @OptionGroup var settings: ModelSettings

  /// Loads the model as the options say.
  func load() throws -> LoadedModel { try settings.load(model) }
}

/// How a model is used, whichever it is.
struct ModelSettings: ParsableArguments {
  @Option(help: "A file with the names of the classes, one a line, the first for class 0.")
  var labels: String?

  @OptionGroup var normalization: NormalizationOptions

  @Option(help: "What the model returns: logits or probabilities.")
  var outputs: ProgramClassifier.Outputs = .logits

  @OptionGroup var engine: EngineOptions

  /// Loads a model as the options say.
  func load(_ path: String) throws -> LoadedModel {
    engine.prepare()
    return try LoadedModel(
      path: path, namesFile: labels, normalization: normalization.normalization,
      outputs: outputs)
  }
}

extension ProgramClassifier.Outputs: ExpressibleByArgument {}
extension Norm: ExpressibleByArgument {}
extension PixelGrid: ExpressibleByArgument {}
