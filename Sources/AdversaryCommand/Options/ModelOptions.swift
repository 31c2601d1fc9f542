public import Adversary
public import ArgumentParser

/// Which model, and what lies between a picture's pixels and its input.
struct ModelOptions: ParsableArguments {
  @Argument(help: "A model that PyTorch exported: torch.export.save(…, \"model.pt2\").")
  var model: String

  @Option(help: "A file with the names of the classes, one a line, the first for class 0.")
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What to subtract from pixels in [0, 1] first, one number per channel; only if the model "
        + "does not do it itself."))
  var mean: [Double] = []

  @Option(
    parsing: .upToNextOption, help: "What to divide by then, one number per channel.")
  var std: [Double] = []

  @Option(help: "What the model returns: logits or probabilities.")
  var outputs: ProgramClassifier.Outputs = .logits

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if mean.isEmpty != std.isEmpty {
      throw ValidationError("--mean and --std come together: (x − mean) / std")
    }
  }

  /// Loads the model as the options say.
  func load() throws -> LoadedModel {
    engine.prepare()
    let normalization =
      mean.isEmpty
      ? nil : ProgramClassifier.Normalization(mean: mean, standardDeviation: std)
    return try LoadedModel(
      path: model, namesFile: labels, normalization: normalization, outputs: outputs)
  }
}

extension ProgramClassifier.Outputs: ExpressibleByArgument {}
extension Norm: ExpressibleByArgument {}
extension PixelGrid: ExpressibleByArgument {}
