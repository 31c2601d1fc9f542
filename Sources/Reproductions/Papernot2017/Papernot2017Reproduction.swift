import Attacks
import Datasets
import Evaluation
import Foundation
public import Oracles
import ProgramFormats
import ProgramIR
import ProgramRuntime
public import Substitutes
import TensorModule
import ThreatModels
public import Training

/// Builds substitutes of a model in production by its labels alone, and attacks it through them.
///
/// Papernot, McDaniel, Goodfellow, Jha, Celik and Swami 2017, “Practical black-box attacks against machine
/// learning”. The attacker's queries go through a budget and a journal. What is measured afterwards (agreement,
/// attacks) asks the model directly and counts as no query. Not Sendable: one thread uses it.
public struct Papernot2017Reproduction {
  /// What is going on.
  public enum Progress: Hashable, Sendable {
    /// The model in production is trained.
    case training(TrainingRun.Progress, epochs: Int)
    /// A substitute is built.
    case building(Papernot2017Arm, seed: Int, SubstituteExtraction.Progress)
  }

  /// Gives access to the model of a file as if it were in production.
  public typealias Production = (_ modelPath: String) throws -> any QueriedModel

  private let plan: Papernot2017Plan
  private let data: Papernot2017Data
  private let folder: String
  private let version: String
  private let replaces: Bool

  /// A repetition.
  ///
  /// - Parameters:
  ///   - plan: how much.
  ///   - data: the pictures.
  ///   - folder: where the model, journals and results of single substitutes are kept.
  ///   - version: of the program; what another version made is not taken.
  ///   - replacing: whether what is there is made anew.
  public init(
    _ plan: Papernot2017Plan, on data: Papernot2017Data, in folder: String, version: String,
    replacing: Bool = false
  ) {
    self.plan = plan
    self.data = data
    self.folder = folder
    self.version = version
    replaces = replacing
  }

  /// Trains the model in production, builds all substitutes that are not built yet, and measures them.
  ///
  /// - Parameters:
  ///   - production: puts the model behind an interface.
  ///   - isStopWanted: asked after each batch.
  ///   - report: told what is going on.
  /// - Returns: what was found; nothing if a stop was wanted. What is finished by then is kept, and every
  ///   answer.
  /// - Throws: `TrainingError`, `TrainingRunError`, `SubstituteError`, `QueryJournalError`, what `production`
  ///   throws, or what `report` throws.
  public func run(
    askingThrough production: Production, stopping isStopWanted: () -> Bool = { false },
    reporting report: (Progress) throws -> Void = { _ in }
  ) throws -> Papernot2017Results? {
    guard let path = try trainedOracle(stopping: isStopWanted, reporting: report) else {
      return nil
    }
    let oracle = try ProgramClassifier(Program.read(from: path))
    let service = try production(path)
    var substitutes: [Papernot2017Results.Substitute] = []
    for seed in 0..<plan.seeds {
      let scene = try Papernot2017Scene(plan, data, oracle: oracle, seed: seed)
      for arm in Papernot2017Arm.allCases {
        let place = "\(folder)/\(arm.rawValue)-\(seed)"
        if let kept = kept(at: place) {
          substitutes.append(kept)
          continue
        }
        let found = try scene.substitute(
          by: arm, asking: service, journal: "\(place).sqlite", stopping: isStopWanted
        ) { try report(.building(arm, seed: seed, $0)) }
        guard let found else { return nil }
        try keep(found, at: place)
        substitutes.append(found)
      }
    }
    let control = try Papernot2017Scene(plan, data, oracle: oracle, seed: 0)
    return Papernot2017Results(
      plan: plan, source: data.source, oracleAccuracy: control.oracleAccuracy,
      noise: try plan.epsilons.map { try control.fooled(by: RandomSignNoise(), on: oracle, $0) },
      whiteBox: try plan.epsilons.map { try control.fooled(by: FGSM(), on: oracle, $0) },
      substitutes: substitutes)
  }

  /// The file of the model in production; nothing if a stop was wanted while it was trained.
  private func trainedOracle(
    stopping isStopWanted: () -> Bool, reporting report: (Progress) throws -> Void
  ) throws -> String? {
    let shape = data.training.shape
    var numbers = RandomKey(seed: 0).part("oracle").makeNumbers()
    let program = try ArchitectureCatalogue.architecture(plan.oracle).program(
      for: ClassificationTask(
        channels: shape.channels, height: shape.height, width: shape.width,
        classCount: data.classCount), using: &numbers)
    let training = TrainingPlan(
      epochs: plan.oracleEpochs, rate: 0.002, schedule: Schedule(.constant))
    let place = TrainingFolder("\(folder)/oracle")
    let run = try TrainingRun(
      in: place,
      as: TrainingSetup(
        version: version, engineVersion: Engine.version,
        model: TrainingSetup.Model(source: plan.oracle, sha256: nil), data: data.source,
        validation: nil, method: StandardTraining.name,
        threat: ThreatModel(try PerturbationBudget(.linf, epsilon: plan.mainEpsilon)),
        optimizer: "adamw", plan: training, prefersRobustness: false),
      with: Trainer(try TrainableClassifier(program), with: AdamW(), by: training),
      replacing: replaces)
    let ending = try run.run(
      on: data.training, by: StandardTraining(), validating: nil, stopping: isStopWanted,
      reporting: { try report(.training($0, epochs: plan.oracleEpochs)) })
    return ending == .interrupted ? nil : place.path(of: .last)
  }

  /// A substitute with the plan that it was built by.
  private struct Kept: Codable {
    var plan: Papernot2017Plan
    var sha256: String
    var version: String
    var substitute: Papernot2017Results.Substitute
  }

  private func kept(at place: String) -> Papernot2017Results.Substitute? {
    guard !replaces, let data = FileManager.default.contents(atPath: "\(place).json"),
      let kept = try? JSONDecoder().decode(Kept.self, from: data), kept.version == version,
      kept.sha256 == self.data.source.sha256
    else { return nil }
    // How many there are of a kind does not matter to one of them.
    var plan = kept.plan
    plan.seeds = self.plan.seeds
    return plan == self.plan ? kept.substitute : nil
  }

  private func keep(_ substitute: Papernot2017Results.Substitute, at place: String) throws {
    let kept = Kept(
      plan: plan, sha256: data.source.sha256, version: version, substitute: substitute)
    do {
      try JSONEncoder().encode(kept).write(to: URL(filePath: "\(place).json"), options: .atomic)
    } catch {
      throw SubstituteError.unwritable("\(place).json", error.localizedDescription)
    }
  }
}
