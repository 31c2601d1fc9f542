import Attacks
import Datasets
import Evaluation
import ProgramIR
import ProgramRuntime
import TensorModule
import ThreatModels
import Training

/// Trains networks with and without AdvProp from the same beginnings, and measures them.
///
/// Xie, Tan, Gong, Wang, Yuille and Le 2020, “Adversarial examples improve image recognition”, at a
/// scale that a processor can bear. Every arm sees every picture as it is equally often, in the same
/// order and with the same augmentation. Each network is a training run in a folder of its own: one
/// that is there is gone on with, or taken as it is. Not Sendable: one thread uses it.
public struct AdvPropReproduction {
  /// What is going on.
  public enum Progress: Hashable, Sendable {
    /// A network is trained: how many epochs of all networks are done, and of how many.
    case training(AdvPropArm, seed: Int, epochsDone: Double, ofEpochs: Int)
    /// The networks are shown corrupted pictures.
    case corrupting(done: Int, of: Int)
    /// A network is attacked.
    case attacking(AdvPropArm, seed: Int)
  }

  private let plan: AdvPropPlan
  private let data: AdvPropData
  private let folder: String
  private let version: String
  private let replaces: Bool

  /// How many pictures are measured at once; the results do not depend on it.
  private static let batchSize = 100

  /// A comparison.
  ///
  /// - Parameters:
  ///   - plan: how much.
  ///   - data: at least as many pictures as the plan asks for.
  ///   - folder: where the networks are kept.
  ///   - version: of the program that trains; networks of another version are not taken.
  ///   - replacing: whether networks that are there are trained anew.
  public init(
    _ plan: AdvPropPlan, on data: AdvPropData, in folder: String, version: String,
    replacing: Bool = false
  ) {
    replaces = replacing
    precondition(data.training.count == plan.trainingCount, "\(data.training.count) pictures")
    precondition(data.test.count == plan.testCount, "\(data.test.count) test pictures")
    self.plan = plan
    self.data = data
    self.folder = folder
    self.version = version
  }

  /// One network after its training.
  private struct Trained {
    let arm: AdvPropArm
    let seed: Int
    let model: TrainableClassifier
    let seconds: Double
  }

  /// Trains what is not trained yet, and measures all.
  ///
  /// - Parameters:
  ///   - isStopWanted: asked after each batch of training.
  ///   - report: told what is going on.
  /// - Returns: what was found; nothing if a stop was wanted while networks were trained. What is
  ///   trained by then is kept.
  /// - Throws: `TrainingError` or `TrainingRunError` when a run cannot go on;
  ///   `TrialError`, `OracleError` or `ImagingError` from measuring; or what `report` throws.
  public func run(
    stopping isStopWanted: () -> Bool = { false },
    reporting report: (Progress) throws -> Void = { _ in }
  ) throws -> AdvPropResults? {
    var trained: [Trained] = []
    for seed in 0..<plan.seeds {
      for arm in AdvPropArm.allCases {
        let before = trained.count * plan.epochs
        let total = plan.seeds * AdvPropArm.allCases.count * plan.epochs
        let net = try train(arm, seed: seed, stopping: isStopWanted) { epochs in
          try report(
            .training(arm, seed: seed, epochsDone: Double(before) + epochs, ofEpochs: total))
        }
        guard let net else { return nil }
        trained.append(net)
      }
    }
    let corruptions = try corruptionResults(of: trained, reporting: report)
    let nets = try zip(trained, corruptions).map { net, corruptions in
      try report(.attacking(net.arm, seed: net.seed))
      return try measured(net, corruptions)
    }
    return AdvPropResults(
      plan: plan, parameterCount: try architecture.parameterCount(for: task), nets: nets)
  }

  private var architecture: PreActResNet {
    PreActResNet(blocks: [plan.blocks, plan.blocks, plan.blocks], width: plan.width)
  }

  private var task: ClassificationTask {
    let shape = data.training.shape
    return ClassificationTask(
      channels: shape.channels, height: shape.height, width: shape.width, classCount: 10)
  }

  private func train(
    _ arm: AdvPropArm, seed: Int, stopping isStopWanted: () -> Bool,
    reporting report: (Double) throws -> Void
  ) throws -> Trained? {
    var weights = RandomKey(seed: UInt64(seed)).part("weights").makeNumbers()
    let channels = data.training.shape.channels
    let program = try architecture.program(
      for: task,
      normalization: InputNormalization(
        mean: Array(repeating: 0.5, count: channels),
        standardDeviation: Array(repeating: 0.25, count: channels)),
      using: &weights)
    let model = try TrainableClassifier(program, auxiliaryCount: arm.auxiliaryCount(in: plan))
    let method = try arm.method(in: plan)
    let decay = 5e-4
    let training = TrainingPlan(
      epochs: plan.epochs, batchSize: plan.batchSize, rate: plan.rate,
      schedule: Schedule(.cosine, warmUp: 0.05),
      augmentation: Augmentation(padding: 4, flips: true), seed: UInt64(seed))
    let trainer = Trainer(
      model, with: SGD(momentum: 0.9, isNesterov: true, weightDecay: decay), by: training)
    let budget = try PerturbationBudget(.linf, epsilon: plan.trainingEpsilon / 255)
    let setup = TrainingSetup(
      version: version, engineVersion: Engine.version,
      model: TrainingSetup.Model(
        source: "preactresnet", sha256: nil,
        options: ["blocks": "\(plan.blocks)", "width": "\(plan.width)", "seed": "\(seed)"]),
      data: data.source, validation: nil,
      method: "\(arm.rawValue):steps=\(plan.attackSteps),strengths=\(plan.strengths)",
      threat: ThreatModel(budget, pixels: .float), optimizer: "sgd:nesterov,weightDecay=\(decay)",
      plan: training, prefersRobustness: false, writesBranches: true)
    let run = try TrainingRun(
      in: TrainingFolder("\(folder)/\(arm.rawValue)-seed-\(seed)"), as: setup, with: trainer,
      replacing: replaces)
    let ending = try run.run(
      on: data.training, by: method, stopping: isStopWanted,
      reporting: { progress in
        guard case .training(let progress, _) = progress else { return }
        try report(
          Double(progress.epoch) + Double(progress.batch) / Double(progress.batchCount))
      })
    if ending == .interrupted { return nil }
    return Trained(
      arm: arm, seed: seed, model: model,
      seconds: run.records.reduce(0) { $0 + ($1.seconds ?? 0) })
  }

  private func corruptionResults(
    of trained: [Trained], reporting report: (Progress) throws -> Void
  ) throws -> [CorruptionResults] {
    var study = CorruptionStudy(of: trained.map { $0.model.attackable() as any Classifier })
    for range in ranges(upTo: plan.corruptedCount) {
      try report(.corrupting(done: range.lowerBound, of: plan.corruptedCount))
      let samples = data.test[range]
      try study.add(
        samples.map(\.picture), labels: samples.compactMap(\.label), numbers: Array(range))
    }
    return study.results
  }

  private func measured(
    _ net: Trained, _ corruptions: CorruptionResults
  ) throws -> AdvPropResults.Net {
    let auxiliaries = 0..<net.arm.auxiliaryCount(in: plan)
    return AdvPropResults.Net(
      arm: net.arm, seed: net.seed, clean: try accuracy(of: net.model.attackable()),
      corruptions: corruptions, robust: try robustAccuracy(of: net.model.attackable()),
      auxiliaryClean: try auxiliaries.map {
        try accuracy(of: net.model.attackable(branch: .auxiliary($0)))
      },
      auxiliaryDistances: auxiliaries.compactMap {
        BatchNormDistance(ofAuxiliary: $0, in: net.model.weights)
      },
      trainingSeconds: net.seconds)
  }

  private func accuracy(of model: any Classifier) throws -> Proportion {
    var right = 0
    for range in ranges(upTo: plan.testCount) {
      let samples = data.test[range]
      let found = try ModelOracle(model).labels(of: Tensor(samples.map(\.picture)))
      right += (found .== Tensor(samples.compactMap(\.label))).truths().count { $0 }
    }
    return Proportion(right, of: plan.testCount)
  }

  private func robustAccuracy(of model: any DifferentiableClassifier) throws -> Proportion {
    let budget = try PerturbationBudget(.linf, epsilon: plan.robustEpsilon / 255)
    let trial = Trial(
      PGD(steps: plan.robustSteps), within: ThreatModel(budget, pixels: .float), seed: 0)
    var robust = 0
    for range in ranges(upTo: plan.attackedCount) {
      let samples = data.test[range]
      let result = try trial.run(
        on: model, images: Tensor(samples.map(\.picture)), labels: samples.map(\.label),
        numbers: Array(range))
      robust += result.outcomes.count { $0 == .robust }
    }
    return Proportion(robust, of: plan.attackedCount)
  }

  private func ranges(upTo count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: Self.batchSize).map {
      $0..<min($0 + Self.batchSize, count)
    }
  }
}
