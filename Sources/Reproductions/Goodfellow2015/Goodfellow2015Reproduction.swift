import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
public import ThreatModels
public import Training

/// Trains the paper's networks and measures how the fast gradient sign method fools them.
///
/// Goodfellow, Shlens and Szegedy 2015, “Explaining and harnessing adversarial examples”. Each network is
/// a training run in a folder of its own, of which the epoch counts that did best on pictures that were
/// held out: one that is there is gone on with, or taken as it is. Not Sendable: one thread uses it.
public struct Goodfellow2015Reproduction {
  /// What is going on.
  public enum Progress: Hashable, Sendable {
    /// A network is trained.
    case training(Goodfellow2015Net, TrainingRun.Progress, epochs: Int)
    /// A network is measured: how many test pictures are done.
    case measuring(Goodfellow2015Net, done: Int, of: Int)
  }

  private let plan: Goodfellow2015Plan
  private let data: Goodfellow2015Data
  private let folder: String
  private let version: String
  private let replaces: Bool
  private let budget: PerturbationBudget

  /// How many pictures are measured at once; the results do not depend on it.
  private static let batchSize = 500

  /// A repetition.
  ///
  /// - Parameters:
  ///   - plan: how much.
  ///   - data: the pictures.
  ///   - folder: where the networks are kept, each in a folder of its name.
  ///   - version: of the program that trains; networks of another version are not taken.
  ///   - replacing: whether networks that are there are trained anew.
  /// - Throws: `ThreatModelError` when the plan's ε is none.
  public init(
    _ plan: Goodfellow2015Plan, on data: Goodfellow2015Data, in folder: String, version: String,
    replacing: Bool = false
  ) throws(ThreatModelError) {
    self.plan = plan
    self.data = data
    self.folder = folder
    self.version = version
    replaces = replacing
    budget = try PerturbationBudget(.linf, epsilon: plan.epsilon)
  }

  /// Trains what is not trained yet, and measures all.
  ///
  /// - Parameters:
  ///   - isStopWanted: asked after each batch of training.
  ///   - report: told what is going on.
  /// - Returns: what was found; nothing if a stop was wanted while a network was trained. What is
  ///   trained by then is kept.
  /// - Throws: `TrainingError` or `TrainingRunError` when a network cannot be trained; `ArchitectureError`
  ///   or `ProgramError` when one does not fit the pictures; `FormatError` when a file is damaged; or
  ///   what `report` throws.
  public func run(
    stopping isStopWanted: () -> Bool = { false },
    reporting report: (Progress) throws -> Void = { _ in }
  ) throws -> Goodfellow2015Results? {
    var models: [Goodfellow2015Net: ProgramClassifier] = [:]
    var nets: [Goodfellow2015Results.Net] = []
    for net in Goodfellow2015Net.allCases {
      guard let trained = try trained(net, stopping: isStopWanted, reporting: report) else {
        return nil
      }
      let model = trained.model
      var result = trained.result
      let test = data.parts(for: net, seed: plan.seed).test
      try forEachBatch(of: test, net, report) { images, labels in
        result.clean.add(logits: try model.logits(of: images), labels: labels)
        try result.attacked.add(
          try GradientSignExamples(on: model, from: images, labels: labels, within: budget),
          shownTo: model, labels: labels)
      }
      models[net] = model
      nets.append(result)
    }
    let parts = data.parts(for: .maxout, seed: plan.seed)
    return Goodfellow2015Results(
      plan: plan, source: data.source, isLikeMNIST: data.isLikeMNIST,
      trainingCount: parts.training.count, heldOutCount: parts.heldOut.count,
      testCount: parts.test.count, nets: nets,
      transfers: try transfers(between: models, on: parts.test, reporting: report))
  }

  private func transfers(
    between models: [Goodfellow2015Net: ProgramClassifier], on test: PictureSet,
    reporting report: (Progress) throws -> Void
  ) throws -> [Goodfellow2015Results.Transfer] {
    var transfers: [Goodfellow2015Results.Transfer] = []
    for (source, target) in [
      (Goodfellow2015Net.maxout, Goodfellow2015Net.adversarialMaxout),
      (.adversarialMaxout, .maxout),
    ] {
      guard let from = models[source], let to = models[target] else { continue }
      var transfer = Goodfellow2015Results.Transfer(source: source, target: target)
      try forEachBatch(of: test, target, report) { images, labels in
        try transfer.attacked.add(
          try GradientSignExamples(on: from, from: images, labels: labels, within: budget),
          shownTo: to, labels: labels)
      }
      transfers.append(transfer)
    }
    return transfers
  }

  private func forEachBatch(
    of pictures: PictureSet, _ net: Goodfellow2015Net, _ report: (Progress) throws -> Void,
    _ body: (_ images: Tensor, _ labels: Tensor) throws -> Void
  ) throws {
    for start in stride(from: 0, to: pictures.count, by: Self.batchSize) {
      try report(.measuring(net, done: start, of: pictures.count))
      let numbers = Array(start..<min(start + Self.batchSize, pictures.count))
      try body(pictures.images(numbers), pictures.labels(numbers))
    }
  }

  private func trained(
    _ net: Goodfellow2015Net, stopping isStopWanted: () -> Bool,
    reporting report: (Progress) throws -> Void
  ) throws -> (result: Goodfellow2015Results.Net, model: ProgramClassifier)? {
    let pictures = data.parts(for: net, seed: plan.seed)
    let shape = pictures.training.shape
    let task = ClassificationTask(
      channels: shape.channels, height: shape.height, width: shape.width,
      classCount: net.isForPair ? 2 : data.classCount)
    let architecture = net.architecture(in: plan)
    var numbers = RandomKey(seed: plan.seed).part("weights").part(net.rawValue).makeNumbers()
    let program = try architecture.program(for: task, using: &numbers)
    let training = trainingPlan(of: net)
    let steps = training.epochs * max(1, pictures.training.count / training.batchSize)
    let optimizer = MaxNormDescent(
      momentum: plan.firstMomentum...plan.lastMomentum, rampSteps: steps,
      largestNorm: net.limitsNorms ? plan.largestNorm : nil)
    let place = TrainingFolder("\(folder)/\(net.rawValue)")
    let run = try TrainingRun(
      in: place, as: setup(of: net, training, optimizer, heldOutCount: pictures.heldOut.count),
      with: Trainer(try TrainableClassifier(program), with: optimizer, by: training),
      replacing: replaces)
    let ending = try run.run(
      on: pictures.training, by: net.method(within: budget),
      validating: { try scores(of: $0, on: pictures.heldOut) },
      stopping: isStopWanted, reporting: { try report(.training(net, $0, epochs: training.epochs)) }
    )
    if ending == .interrupted { return nil }
    let result = Goodfellow2015Results.Net(
      net: net, parameterCount: try architecture.parameterCount(for: task),
      bestEpoch: run.best?.epoch ?? training.epochs,
      trainingSeconds: run.records.compactMap(\.seconds).reduce(0, +))
    return (result, try ProgramClassifier(Program.read(from: place.path(of: .best))))
  }

  private func trainingPlan(of net: Goodfellow2015Net) -> TrainingPlan {
    TrainingPlan(
      epochs: net.epochs(in: plan), batchSize: plan.batchSize, rate: plan.rate,
      schedule: Schedule(.cosine), seed: plan.seed)
  }

  private func setup(
    of net: Goodfellow2015Net, _ training: TrainingPlan, _ optimizer: MaxNormDescent,
    heldOutCount: Int
  ) -> TrainingSetup {
    let units = net == .adversarialMaxout ? plan.adversarialUnits : plan.units
    let options = net.limitsNorms ? ["units": "\(units)", "pieces": "\(plan.pieces)"] : [:]
    return TrainingSetup(
      version: version, engineVersion: Engine.version,
      model: TrainingSetup.Model(source: net.rawValue, sha256: nil, options: options),
      data: data.source,
      validation: TrainingSetup.Validation(heldOut: heldOutCount, attack: "fgsm"),
      method: net == .adversarialMaxout ? UnclippedMixture.name : net.rawValue,
      threat: ThreatModel(budget, pixels: .float),
      optimizer: "\(MaxNormDescent.name):momentum=\(optimizer.momentum),"
        + "largestNorm=\(optimizer.largestNorm.map { "\($0)" } ?? "none")",
      plan: training, prefersRobustness: net == .adversarialMaxout)
  }

  /// How a network does on pictures that were held out.
  private func scores(
    of model: any DifferentiableClassifier, on pictures: PictureSet
  ) throws -> ValidationScores {
    var scores = ValidationScores(count: pictures.count, rightCount: 0, robustCount: 0)
    for start in stride(from: 0, to: pictures.count, by: Self.batchSize) {
      let numbers = Array(start..<min(start + Self.batchSize, pictures.count))
      let (images, labels) = (pictures.images(numbers), pictures.labels(numbers))
      let examples = try GradientSignExamples(
        on: model, from: images, labels: labels, within: budget)
      let isRight = try model.logits(of: images).argmax(along: 1) .== labels
      let staysRight = try model.logits(of: examples.unclipped).argmax(along: 1) .== labels
      scores.rightCount += isRight.truths().count { $0 }
      scores.robustCount += (isRight .&& staysRight).truths().count { $0 }
    }
    return scores
  }
}

extension Goodfellow2015Results.Attacked {
  /// Counts what a model takes examples for.
  fileprivate mutating func add(
    _ examples: GradientSignExamples, shownTo model: any DifferentiableClassifier, labels: Tensor
  ) throws(EngineError) {
    clipped.add(logits: try model.logits(of: examples.clipped), labels: labels)
    unclipped.add(logits: try model.logits(of: examples.unclipped), labels: labels)
  }
}
