import Adversary
import ArgumentParser

/// What stands before the model.
struct DefenseOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "One or several defences before the model, in order: bit-depth:bits=4, jpeg:quality=75, "
        + "median:size=3, resize-pad. Evaluates the model without them, under attacks that do not "
        + "know them and under attacks that do.", valueName: "transformation"))
  var transform: [String] = []

  @Option(help: "How many draws of a random defence verdicts and gradients are averaged over.")
  var draws = 16

  func validate() throws {
    guard (1...1000).contains(draws) else {
      throw ValidationError("--draws must be between 1 and 1000")
    }
  }

  /// The defence; nothing if none is asked for.
  func defense(seed: UInt64) throws -> TransformationDefense? {
    if transform.isEmpty { return nil }
    return try TransformationDefense(
      transform.partedAtCommas, draws: draws, key: RandomKey(seed: seed))
  }
}

extension EvaluationSetup {
  /// The defence that was evaluated; nothing if there was none.
  func recordedDefense() throws -> TransformationDefense? {
    try defense.map {
      try TransformationDefense($0.transformations, draws: $0.draws, key: RandomKey(seed: seed))
    }
  }
}
