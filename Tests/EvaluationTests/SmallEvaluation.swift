import Attacks
import Datasets
import Evaluation
import Foundation
import GRDB
import Imaging
import ProgramIR
import ProgramRuntime
import TensorModule
import ThreatModels

/// An evaluation of a small model on random pictures, quick enough to be repeated many times.
struct SmallEvaluation {
  static let count = 23
  let model: ProgramClassifier
  let folder: URL

  init(program: Program = Self.threeClasses) throws {
    model = try ProgramClassifier(program)
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Softmax regression with weights that are random but always the same.
  static let threeClasses: Program = {
    let generator = RandomKey(seed: 8).makeGenerator()
    let weight = Tensor.normal([3 * 48], using: generator).floats()
    return .softmaxRegression(
      weight: weight, bias: [0.1, 0, -0.1], channels: 3, height: 4, width: 4)
  }()

  /// A picture with the class that the model sees in it; every fifth is labelled wrongly.
  func sample(_ number: Int) throws -> LabelledPicture {
    let generator = RandomKey(seed: 3).part(number).makeGenerator()
    let picture = Picture(Tensor.uniform([3, 4, 4], using: generator))
    let seen = try model.logits(of: Tensor([picture])).argmax(along: 1).integers()[0]
    return LabelledPicture(
      picture: picture, label: number % 5 == 4 ? (seen + 1) % model.classCount : seen,
      name: "picture-\(number)")
  }

  func setup(
    attacks: [String] = ["fgsm", "pgd:steps=5"], epsilons: [String] = ["4/255", "16/255"],
    norm: Norm = .linf, pixels: PixelGrid = .eightBit, batchSize: Int = 8, seed: UInt64 = 0,
    checksSanity: Bool = false
  ) throws -> EvaluationSetup {
    EvaluationSetup(
      version: "test", engineVersion: Engine.version,
      model: .init(path: "model.pt2", sha256: "0"), imageShape: model.imageShape,
      classCount: model.classCount, classNames: nil,
      data: .init(path: "data", split: "test", count: Self.count, sha256: "0"),
      attacks: try attacks.map { try .init($0) },
      threats: try epsilons.map {
        ThreatModel(try PerturbationBudget(norm, epsilon: $0), pixels: pixels)
      },
      objective: .untargeted, seed: seed, batchSize: batchSize, checksSanity: checksSanity)
  }

  func journal(_ name: String, _ setup: EvaluationSetup) throws -> Journal {
    try Journal(continuing: folder.appending(path: name).path, with: setup)
  }

  /// Carries out the evaluation, or as many units of it as are allowed, after its sanity checks.
  func run(_ setup: EvaluationSetup, in name: String, units: Int = .max) throws {
    struct Stopped: Error {}
    let run = EvaluationRun(
      try EvaluationPlan(for: setup), recordingTo: try journal(name, setup), on: model)
    if setup.checksSanity { try run.checkSanity(loading: sample) { _ in } }
    var started = 0
    do {
      try run.run(loading: sample) { progress in
        if started == units && !progress.next.isEmpty { throw Stopped() }
        started += 1
      }
    } catch is Stopped {}
  }

  /// Changes a journal by force.
  func tamper(with name: String, _ sql: String) throws {
    try DatabaseQueue(path: folder.appending(path: name).path).write { try $0.execute(sql: sql) }
  }

  /// What checking a journal finds wrong.
  func verification(of setup: EvaluationSetup, in name: String) throws -> Verification {
    try Verification(of: try journal(name, setup), plan: try EvaluationPlan(for: setup), on: model)
  }

  /// What the journal says, without what the clock says.
  func results(_ setup: EvaluationSetup, in name: String) throws -> EvaluationResults? {
    var results = try journal(name, setup).results(of: try EvaluationPlan(for: setup))
    for index in results?.attacks.indices ?? 0..<0 { results?.attacks[index].seconds = 0 }
    return results
  }
}
