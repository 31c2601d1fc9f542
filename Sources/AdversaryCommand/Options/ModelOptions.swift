public import Adversary
public import ArgumentParser

/// Which model, and what lies between a picture's pixels and its input.
struct ModelOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A model that PyTorch exported (torch.export.save(…, \"model.pt2\")), or an ONNX file."))
  var model: String

  @OptionGroup var settings: ModelSettings

  /// Loads the model as the options say.
  func load() throws -> LoadedModel { try settings.load(model) }
}

/// How a model is used, whichever it is.
struct ModelSettings: ParsableArguments {
  @Option(help: "A file with the names of the classes, one a line, the first for class 0.")
  var labels: String?

  @OptionGroup var input: InputOptions

  @OptionGroup var engine: EngineOptions

  /// Loads a model as the options say.
  func load(_ path: String) throws -> LoadedModel {
    engine.prepare()
    return try LoadedModel(path: path, namesFile: labels, use: use)
  }

  /// How the model is used, as the options say.
  var use: ModelUse { input.use }
}

extension Norm: ExpressibleByArgument {}
extension PixelGrid: ExpressibleByArgument {}
