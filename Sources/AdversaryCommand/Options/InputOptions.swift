import Adversary
import ArgumentParser

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
      "The numbers that the model takes for black and white, such as 0..255. Recognised if the model "
        + "divides its pixels itself, else 0..1.", valueName: "black..white"))
  var inputRange: ModelUse.Range?

  @OptionGroup var form: FormOptions

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
    var use = form.use
    use.range = inputRange
    use.normalization = normalization
    return use
  }

  /// The options as words of a command line, for what was trained from a model that needed them: that
  /// takes pictures with channels first.
  var wordsForTrained: [String] {
    var words: [String] = []
    if !mean.isEmpty {
      words += ["--mean"] + mean.map { "\($0)" } + ["--std"] + std.map { "\($0)" }
    }
    if let inputRange { words += ["--input-range=\(inputRange)"] }
    return words
  }
}

extension ModelUse.Range: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
