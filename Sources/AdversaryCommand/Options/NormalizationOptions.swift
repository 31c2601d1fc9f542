import Adversary
import ArgumentParser

/// What lies between a picture's pixels and the model's input.
struct NormalizationOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What to subtract from pixels in [0, 1] first, one number per channel; only if the model "
        + "does not do it itself."))
  var mean: [Double] = []

  @Option(
    parsing: .upToNextOption, help: "What to divide by then, one number per channel.")
  var std: [Double] = []

  func validate() throws {
    if mean.isEmpty != std.isEmpty {
      throw ValidationError("--mean and --std come together: (x − mean) / std")
    }
  }

  /// What the options say; nothing if the model does it itself.
  var normalization: ProgramClassifier.Normalization? {
    mean.isEmpty ? nil : ProgramClassifier.Normalization(mean: mean, standardDeviation: std)
  }

  /// The options as words of a command line.
  var words: [String] {
    if mean.isEmpty { return [] }
    return ["--mean"] + mean.map { "\($0)" } + ["--std"] + std.map { "\($0)" }
  }

  /// The options as files keep them.
  var recorded: [String: String] {
    if mean.isEmpty { return [:] }
    return [
      "mean": mean.map { "\($0)" }.joined(separator: " "),
      "std": std.map { "\($0)" }.joined(separator: " "),
    ]
  }
}
