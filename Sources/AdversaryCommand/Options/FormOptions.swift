public import Adversary
public import ArgumentParser

/// How the program of a file is read: in which form it takes pictures and gives scores, and how gradients
/// pass it.
struct FormOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How pictures lie in the model's input: channels-first or channels-last. Recognised by its "
        + "sizes.", valueName: "layout"))
  var inputLayout: ModelUse.Layout?

  @Option(
    help: ArgumentHelp(
      "The shape of a picture, where the model leaves it open or takes lists of numbers, such as "
        + "3x224x224.", valueName: "CxHxW"))
  var inputShape: ImageShape?

  @Option(
    help: ArgumentHelp(
      "The result that holds the scores, where an ONNX model returns several.", valueName: "name"))
  var scoresFrom: String?

  @Option(
    help: ArgumentHelp(
      "What the model returns: logits or probabilities. Recognised if a softmax, or a sigmoid of each "
        + "class, comes last."))
  var outputs: ProgramClassifier.Outputs?

  @Flag(
    help: ArgumentHelp(
      "Let steps such as Round, Sign and casts in an ONNX model pass gradients on as if they were not "
        + "there."))
  var straightThrough = false

  /// How a model is used, as the options say.
  var use: ModelUse {
    ModelUse(
      layout: inputLayout, shape: inputShape, outputs: outputs, scores: scoresFrom,
      isStraightThrough: straightThrough)
  }
}

extension ModelUse.Layout: ExpressibleByArgument {}
extension ProgramClassifier.Outputs: ExpressibleByArgument {}
extension ImageShape: ExpressibleByArgument {
  /// From `3x224x224`.
  public init?(argument: String) { self.init(words: argument) }
}
