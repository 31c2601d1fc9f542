import Adversary
import ArgumentParser

/// How a model is used: what lies between a picture's pixels and its input, and what its outputs are.
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
    guard std.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ValidationError("--std takes numbers above 0")
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
}

extension ModelUse.Range: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
