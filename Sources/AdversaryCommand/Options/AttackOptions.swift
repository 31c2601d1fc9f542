import Adversary
import ArgumentParser

/// Which attack, how strong, and after what.
struct AttackOptions: ParsableArguments {
  /// The name that the command line has for FGSM towards a class.
  private static let oneStepTarget = "one-step-target"

  @Option(
    help: ArgumentHelp(
      "fgsm (one step), one-step-target (one step towards a class), pgd (many steps), autoattack, or "
        + "another of those that adversary attacks lists; settings follow a colon.",
      valueName: "attack"))
  var method = "fgsm"

  @Option(
    help: ArgumentHelp(
      "How far a picture may be changed, pixels being in [0, 1]: 8/255, 0.03 or 8px. 8/255 for linf, "
        + "0.5 for l2 and 12 for l1 if not said."))
  var epsilon: String?

  @Option(help: "How the change is measured: linf, l2 or l1.")
  var norm: Norm = .linf

  @Option(
    help: ArgumentHelp(
      "The class to be taken for: a name, a number or least-likely. Any wrong class if not said.",
      valueName: "class"))
  var target: String?

  @Option(help: "8bit: results are real pictures; float: to compare with the literature.")
  var pixels: PixelGrid = .eightBit

  @Option(help: "The same as :steps=…, for attacks that take steps.")
  var steps: Int?

  @Option(help: "The same as :stepSize=…, written like --epsilon.")
  var stepSize: String?

  @Option(help: "The same as :restarts=…, for attacks that can start anew.")
  var restarts: Int?

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  func validate() throws {
    if let steps, !(1...1_000_000).contains(steps) {
      throw ValidationError("--steps must be between 1 and 1000000")
    }
    if let restarts, !(1...100_000).contains(restarts) {
      throw ValidationError("--restarts must be between 1 and 100000")
    }
  }

  /// The trial that the options describe.
  func trial(on model: LoadedModel) throws -> Trial {
    let budget = try PerturbationBudget(norm, epsilon: epsilon ?? norm.usualEpsilon)
    return Trial(
      try attack(), within: ThreatModel(budget, pixels: pixels),
      objective: try objective(on: model), seed: seed)
  }

  /// The trial that the options describe, on a service.
  func trial(onServiceWith classes: ServiceClasses) throws -> OracleTrial {
    let budget = try PerturbationBudget(norm, epsilon: epsilon ?? norm.usualEpsilon)
    return try OracleTrial(
      try attack(), within: ThreatModel(budget, pixels: pixels),
      target: try target.map { try classes.number(named: $0) }, seed: seed)
  }

  /// The attack with all of its settings, as the catalogue reads it.
  func canonicalMethod() throws -> String { try AttackCatalogue.canonical(text) }

  private func attack() throws -> any Adversary.Attack { try AttackCatalogue.attack(text) }

  private var text: String {
    let settings = [
      steps.map { "steps=\($0)" }, stepSize.map { "stepSize=\($0)" },
      restarts.map { "restarts=\($0)" },
    ].compactMap(\.self)
    let name = method == Self.oneStepTarget ? "fgsm" : method
    if settings.isEmpty { return name }
    return name + (name.contains(":") ? "," : ":") + settings.joined(separator: ",")
  }

  private func objective(on model: LoadedModel) throws -> Objective {
    switch target {
    case nil: method == Self.oneStepTarget ? .leastLikely : .untargeted
    case "least-likely": .leastLikely
    case .some(let name): .target(try model.classIndex(named: name))
    }
  }
}
