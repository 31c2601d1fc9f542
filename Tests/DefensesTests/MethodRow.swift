import Defenses
import ProgramIR
import ProgramRuntime
import Testing
import ThreatModels
import Training

/// One training method of the table: a new method joins all shared tests with one line here.
struct MethodRow: CustomTestStringConvertible, Sendable {
  let text: String
  /// Whether the method is there to make models hold against attacks.
  let raisesRobustness: Bool
  /// How far from the pictures its examples may be, in multiples of ε; nothing if [0, 1] does not
  /// limit them either.
  let reach: Double?
  var testDescription: String { text }

  init(_ text: String, raisesRobustness: Bool = true, reach: Double? = 1) {
    self.text = text
    self.raisesRobustness = raisesRobustness
    self.reach = reach
  }

  static let all = [
    MethodRow("standard", raisesRobustness: false),
    MethodRow("fgsm-mixture"),
    MethodRow("kurakin:lambda=1"),
    MethodRow("ensemble", raisesRobustness: false),
    MethodRow("pgd:steps=3"),
    MethodRow("fast"),
    MethodRow("n-fgsm", reach: 3),
    MethodRow("free:replays=3"),
    MethodRow("trades:steps=3"),
    MethodRow("mart:steps=3"),
    MethodRow("awp"),
    MethodRow("awp:on=trades,gamma=0.01"),
    MethodRow("advprop:steps=2", raisesRobustness: false),
    MethodRow("advprop:strengths=2,steps=2", raisesRobustness: false),
    MethodRow("advprop:attacks=fgsm+pgd,target=untargeted", raisesRobustness: false),
    MethodRow("advprop:shared=true,steps=2", raisesRobustness: false),
    MethodRow("fast-advprop", raisesRobustness: false),
    MethodRow("gaussian:sigma=0.1", raisesRobustness: false, reach: nil),
  ]

  /// The name without settings.
  var name: String { String(text.prefix { $0 != ":" }) }

  /// The method against an ε in L∞.
  func method(within epsilon: Double) throws -> any TrainingMethod {
    try MethodCatalogue.method(text, in: Self.context(for: name, epsilon: epsilon))
  }

  private static func context(for name: String, epsilon: Double) throws -> MethodContext {
    let budget = try PerturbationBudget(.linf, epsilon: epsilon)
    guard name == "ensemble" else { return MethodContext(budget: budget) }
    let other = SmallModels.convolutional(side: PlantedPictures.side, classCount: 2, seed: 9)
    return MethodContext(budget: budget, staticModels: [try ProgramClassifier(other)])
  }

  /// A trainer of a small model with as many auxiliary batch norms as the method wants.
  static func trainer(
    _ program: Program, for method: any TrainingMethod, epochs: Int, rate: Double = 0.1,
    batchSize: Int = 20
  ) throws -> Trainer {
    Trainer(
      try TrainableClassifier(program, auxiliaryCount: method.auxiliaryCount), with: SGD(),
      by: TrainingPlan(
        epochs: epochs, batchSize: batchSize, rate: rate, schedule: Schedule(.constant)))
  }
}
