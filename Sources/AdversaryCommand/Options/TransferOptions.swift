import Adversary
import ArgumentParser

/// Which pictures are attacked through a substitute, and how.
struct TransferOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Pictures to attack; further ones of the data set of the seeds if not said.",
      valueName: "path"))
  var data: String?

  @Option(help: "Which part of that data set: test, if not said, or training.")
  var dataSplit: Split?

  @Option(help: "How many pictures are attacked, drawn at random; 0 for none.")
  var sample = 100

  @Option(
    name: [.long, .customLong("attack")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Attacks that work on the substitute, one or many, with settings after a colon; adversary attacks "
        + "lists them; fgsm, mi-fgsm and random-sign if not said. random-sign is the control: as large, without the "
        + "substitute's advice."))
  var attacks: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "One or many, pixels being in [0, 1]: 8/255, 0.03 or 8px. 8/255 for linf, 0.5 for l2, 12 for "
        + "l1 and 50 for l0 if not said."))
  var epsilon: [String] = []

  @Option(help: "How the change is measured: linf, if not said, l2, l1 or l0.")
  var norm: Norm?

  @Option(
    help: ArgumentHelp(
      "The class to be taken for, a name or a number; any wrong class if not said.",
      valueName: "class"))
  var target: String?

  mutating func validate() throws {
    attacks = attacks.partedAtCommas
    if !(0...1_000_000).contains(sample) {
      throw ValidationError("--sample must be between 0 and 1000000")
    }
    if dataSplit != nil && data == nil { throw ValidationError("--data-split goes with --data") }
    if sample == 0, let option = given {
      throw ValidationError(
        "\(option) says what is attacked and how, and --sample 0 attacks nothing")
    }
  }

  /// The first option about attacks that was given, as it is written; nothing if none was.
  private var given: String? {
    let options = [
      ("--data", data != nil), ("--attacks", !attacks.isEmpty), ("--epsilon", !epsilon.isEmpty),
      ("--norm", norm != nil), ("--target", target != nil),
    ]
    return options.first { $0.1 }?.0
  }

  /// All attacks under all budgets, smaller ones first, on the 8-bit grid: what is sent are pictures.
  func transferTrials(
    among classes: ServiceClasses, seed: UInt64
  ) throws -> [TransferTrial] {
    if sample == 0 { return [] }
    let target = try target.map { try classes.number(named: $0) }
    let norm = norm ?? .linf
    let names = attacks.isEmpty ? ["fgsm", "mi-fgsm", "random-sign"] : attacks
    let texts = epsilon.isEmpty ? [norm.usualEpsilon] : epsilon.partedAtCommas
    let budgets = try texts.map { try PerturbationBudget(norm, epsilon: $0) }
      .sorted { $0.epsilon < $1.epsilon }
    return try budgets.flatMap { budget in
      try names.map { name in
        try TransferTrial(
          try AttackCatalogue.attack(name), within: ThreatModel(budget),
          target: target, seed: seed)
      }
    }
  }
}
