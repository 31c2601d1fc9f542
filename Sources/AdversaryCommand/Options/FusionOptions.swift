public import Adversary
public import ArgumentParser

/// How several substitutes become one.
struct FusionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What of several models is averaged; logits if not said.",
      valueName: "what"))
  var fusion: ClassifierEnsemble.Fusion?

  /// What is averaged.
  var used: ClassifierEnsemble.Fusion { fusion ?? .logits }

  /// Refuses the option where nothing can be averaged.
  ///
  /// - Parameters:
  ///   - isOfMany: whether there are several models.
  ///   - means: the option that would give several.
  func validate(isOfMany: Bool, by means: String) throws {
    if fusion != nil, !isOfMany { throw ValidationError("--fusion goes with \(means)") }
  }
}

extension ClassifierEnsemble.Fusion: ExpressibleByArgument {}
