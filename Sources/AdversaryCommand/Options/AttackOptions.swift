import Adversary
import ArgumentParser

/// Which attack, how strong, and after what.
struct AttackOptions: ParsableArguments {
  /// The attacks by the names of the command line.
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case fgsm, bim, pgd
    case oneStepTarget = "one-step-target"
  }

  @Option(
    help: ArgumentHelp(
      "fgsm (one step), one-step-target (one step towards a class), bim or pgd (many steps)."))
  var method: Method = .fgsm

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

  @Option(help: "Steps of bim and pgd.")
  var steps: Int?

  @Option(help: "The length of a step of bim and pgd, written like --epsilon.")
  var stepSize: String?

  @Option(help: "How often pgd starts anew.")
  var restarts = 1

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  func validate() throws {
    if let steps, !(1...1_000_000).contains(steps) {
      throw ValidationError("--steps must be between 1 and 1000000")
    }
    if !(1...100_000).contains(restarts) {
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

  private func attack() throws -> any Adversary.Attack {
    let step = try stepSize.map { try PerturbationBudget(norm, epsilon: $0).epsilon }
    switch method {
    case .fgsm, .oneStepTarget:
      if steps != nil || step != nil || restarts != 1 {
        throw CommandFailure(
          .usage,
          "--steps, --step-size and --restarts are for bim and pgd; \(method) takes one step")
      }
      return FGSM()
    case .bim:
      if restarts != 1 { throw CommandFailure(.usage, "bim has no random start to repeat") }
      return BIM(steps: steps, stepSize: step)
    case .pgd: return PGD(steps: steps ?? 20, stepSize: step, restarts: restarts)
    }
  }

  private func objective(on model: LoadedModel) throws -> Objective {
    switch target {
    case nil: method == .oneStepTarget ? .leastLikely : .untargeted
    case "least-likely": .leastLikely
    case .some(let name): .target(try model.classIndex(named: name))
    }
  }
}
