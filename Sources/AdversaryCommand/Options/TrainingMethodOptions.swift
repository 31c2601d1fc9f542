import Adversary
import ArgumentParser

/// What a model learns from a batch.
struct TrainingMethodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How to learn: \(MethodCatalogue.entries.map(\.name).joined(separator: ", ")); settings follow "
        + "a colon, as in trades:beta=6.", valueName: "method"))
  var method = StandardTraining.name

  @Option(
    help: ArgumentHelp(
      "The attack that makes the pictures to learn from, such as pgd:steps=7, for methods that take "
        + "another one than their own.", valueName: "attack"))
  var attack: String?

  @Option(
    help: ArgumentHelp(
      "What the model is to hold against, pixels being in [0, 1]: 8/255, 0.03 or 8px. 8/255 for "
        + "linf, 0.5 for l2 and 12 for l1 if not said."))
  var epsilon: String?

  @Option(help: "How the change is measured: linf, l2 or l1.")
  var norm: Norm = .linf

  @Option(
    help: ArgumentHelp(
      "The same as :smoothing=…, for methods that spread a share of the truth over all classes.",
      valueName: "share"))
  var smoothing: Double?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Models that do not learn and whose adversarial examples are learned from, for methods that "
        + "take such. Options such as --scores-from are theirs as well, --mean and --std if the model that "
        + "learns is a file.",
      valueName: "file"))
  var staticModels: [String] = []

  /// The method with its settings.
  var text: String {
    guard let smoothing else { return method }
    return method + (method.contains(":") ? "," : ":") + "smoothing=\(smoothing)"
  }

  /// Whether the method makes adversarial pictures.
  var isAdversarial: Bool {
    let name = method.split(separator: ":").first.map { $0.lowercased() }
    return MethodCatalogue.entries.first { $0.name == name }?.needs.contains(.budget) ?? false
  }

  /// What the model is to hold against; originals are pictures of 8 bits.
  func threat() throws -> ThreatModel {
    let threat = ThreatModel(try PerturbationBudget(norm, epsilon: epsilon ?? norm.usualEpsilon))
    try threat.requireRoom()
    return threat
  }

  /// The method that the options describe.
  ///
  /// - Parameter use: how the static models are used.
  func made(use: ModelUse) throws -> any TrainingMethod {
    let models = try staticModels.map {
      try LoadedModel(path: $0, use: use).classifier
    }
    let budget = try threat().budget
    let context =
      try attack.map {
        try MethodContext(budget: budget, attackNamed: $0, staticModels: models)
      } ?? MethodContext(budget: budget, staticModels: models)
    return try MethodCatalogue.method(text, in: context)
  }

  /// The method and what else decides what is learned, for people and files.
  func description() throws -> String {
    var words = [try MethodCatalogue.canonical(text)]
    if let attack { words.append("against \(try AttackCatalogue.canonical(attack))") }
    for path in staticModels {
      words.append("with the model of SHA-256 \(try LoadedModel.digest(ofFile: path))")
    }
    return words.joined(separator: " ")
  }
}
