public import Adversary
public import ArgumentParser

/// How a model is used: what its input is, and what its outputs are.
struct UseOptions: ParsableArguments {
  @OptionGroup var input: InputOptions

  @Option(
    help: ArgumentHelp(
      "What the model returns: logits or probabilities. Recognised if a softmax, or a sigmoid of each "
        + "class, comes last."))
  var outputs: ProgramClassifier.Outputs?

  /// How a model is used, as the options say.
  var use: ModelUse {
    var use = input.use
    use.outputs = outputs
    return use
  }
}

extension ProgramClassifier.Outputs: ExpressibleByArgument {}
