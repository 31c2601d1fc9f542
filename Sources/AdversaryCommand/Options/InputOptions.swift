public import Adversary
public import ArgumentParser

/// What lies between a picture's pixels and the model's input.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What to subtract from pixels first, one number per channel; only if the model does not do it "
        + "itself. In units of --input-range."))
  var mean: [Double] = []

  @Option(
    parsing: .upToNextOption, help: "What to divide by then, one number per channel.")
  var std: [Double] = []

  @Option(
    help: ArgumentHelp(
      "How pictures lie in the model's input: channels-first or channels-last. Recognised by its "
        + "sizes.", valueName: "layout"))
  var inputLayout: ModelUse.Layout?

  @Option(
    help: ArgumentHelp(
      "The numbers that the model takes for black and white, such as 0..255. Recognised if the model "
        + "divides its pixels itself, else 0..1.", valueName: "black..white"))
  var inputRange: ModelUse.Range?

  @Option(
    help: ArgumentHelp(
      "The shape of a picture, where the model leaves it open or takes lists of numbers, such as "
        + "3x224x224.", valueName: "CxHxW"))
  var inputShape: ImageShape?

  @Option(
    help: ArgumentHelp(
      "The result that holds the scores, where an ONNX model returns several.", valueName: "name"))
  var scores: String?

  @Flag(
    help: ArgumentHelp(
      "Let steps such as Round, Sign and casts in an ONNX model pass gradients on as if they were not "
        + "there."))
  var straightThrough = false

  func validate() throws {
    if mean.isEmpty != std.isEmpty {
      throw ValidationError("--mean and --std come together: (x − mean) / std")
    }
  }

  /// What --mean and --std say; nothing if the model does it itself.
  var normalization: ProgramClassifier.Normalization? {
    mean.isEmpty ? nil : ProgramClassifier.Normalization(mean: mean, standardDeviation: std)
  }

  /// How a model is used, as the options say.
  var use: ModelUse {
    ModelUse(
      layout: inputLayout, range: inputRange, shape: inputShape, normalization: normalization,
      scores: scores, isStraightThrough: straightThrough)
  }
}

extension ModelUse.Layout: ExpressibleByArgument {}
extension ModelUse.Range: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
extension ImageShape: ExpressibleByArgument {
  /// From `3x224x224`.
  public init?(argument: String) { self.init(words: argument) }
}
