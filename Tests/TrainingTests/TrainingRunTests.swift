import Datasets
import Foundation
import Imaging
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Training

extension EngineTests {
  /// Runs that are kept in folders, stopped and gone on with.
  @Suite final class TrainingRunTests {
    private struct Stop: Error {}

    private let base = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    deinit { try? FileManager.default.removeItem(at: base) }

    private func folder(_ name: String = "run") -> TrainingFolder {
      TrainingFolder(base.appending(path: name).path)
    }

    private static func plan(
      epochs: Int = 3, rate: Double = 0.2, averageDecay: Double? = nil
    ) -> TrainingPlan {
      TrainingPlan(
        epochs: epochs, batchSize: 10, rate: rate, averageDecay: averageDecay,
        augmentation: Augmentation(flips: true))
    }

    private static func setup(
      _ plan: TrainingPlan, patience: Int? = nil, prefersRobustness: Bool = false,
      method: String = "standard"
    ) throws -> TrainingSetup {
      TrainingSetup(
        version: "1", engineVersion: "2", model: .init(source: "m.pt2", sha256: "a"),
        data: .init(path: "d", split: "training", count: 60, sha256: "b"),
        validation: .init(heldOut: 20, attack: "fgsm"), method: method,
        threat: ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255")), optimizer: "sgd",
        plan: plan, patience: patience, prefersRobustness: prefersRobustness)
    }

    /// A run as a new process would open it.
    private static func open(
      _ folder: TrainingFolder, _ plan: TrainingPlan, patience: Int? = nil,
      prefersRobustness: Bool = false, method: String = "standard", replacing: Bool = false
    ) throws -> TrainingRun {
      let trainer = Trainer(
        try TrainableClassifier(PlantedClasses.program(seed: 1)), with: SGD(weightDecay: 1e-4),
        by: plan)
      return try TrainingRun(
        in: folder,
        as: setup(
          plan, patience: patience, prefersRobustness: prefersRobustness, method: method),
        with: trainer, replacing: replacing)
    }

    /// How many of 20 pictures are right; “robust” are those with a margin.
    private static func scores(
      of model: any DifferentiableClassifier, on pictures: PictureSet
    ) throws -> ValidationScores {
      let logits = try model.logits(of: pictures.images(Array(0..<pictures.count)))
      let right = zip(logits.argmax(along: 1).integers(), pictures.labels).map { $0 == $1 }
      let losses = logits.crossEntropy(labels: pictures.labels(Array(0..<pictures.count)))
      let safe = losses.floats().map { $0 < 0.3 }
      return ValidationScores(
        count: pictures.count, rightCount: right.count { $0 },
        robustCount: zip(right, safe).count { $0 && $1 })
    }

    /// Works until the end, or until so many batches are done.
    @discardableResult
    private static func work(_ run: TrainingRun, batches: Int = .max) throws -> TrainingRun.Ending {
      let (training, heldOut) = try PlantedClasses.pictures(60).parted(holdingOut: 20, seed: 0)
      var done = 0
      return try run.run(
        on: training, by: StandardTraining(),
        validating: { model in
          if done >= batches { throw Stop() }
          return try scores(of: model, on: heldOut)
        },
        stopping: { done >= batches },
        reporting: { if case .training = $0 { done += 1 } })
    }

    /// Everything that the folder holds, without what the clock says.
    private static func contents(of folder: TrainingFolder) throws -> [String: Data] {
      var result: [String: Data] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        result[name] = FileManager.default.contents(atPath: "\(folder.path)/\(name)")
      }
      result[TrainingFolder.File.checkpoint.rawValue] = nil
      result[TrainingFolder.File.metrics.rawValue] = Data(
        EpochRecord.lines(of: try metrics(of: folder)).utf8)
      return result
    }

    private static func metrics(of folder: TrainingFolder) throws -> [EpochRecord] {
      let text = try String(contentsOfFile: folder.path(of: .metrics), encoding: .utf8)
      return try #require(EpochRecord.list(from: text)).map(\.withoutTimes)
    }

    @Test func aRunLeavesItsRecordsAndItsModels() throws {
      let run = try Self.open(folder(), Self.plan())
      #expect(try Self.work(run) == .finished)
      let records = try Self.metrics(of: folder())
      #expect(records.map(\.epoch) == [0, 1, 2, 3] && records == run.records.map(\.withoutTimes))
      #expect(records[0].loss == nil && records[0].cleanAccuracy != nil)
      #expect(records[3].cleanAccuracy ?? 0 > records[0].cleanAccuracy ?? 1)
      #expect(abs((records[3].rate ?? 0) - 0.2 * 0.5 * (1 + cos(.pi * 11 / 12))) < 1e-12)
      let names = Set(try Self.contents(of: folder()).keys)
      #expect(
        names == [
          "training.json", "metrics.jsonl", "last.pt2", "last.safetensors", "best.pt2",
          "best.safetensors",
        ])
      let written = try ProgramClassifier(.read(from: folder().path(of: .last)))
      let (_, heldOut) = try PlantedClasses.pictures(60).parted(holdingOut: 20, seed: 0)
      let scores = try Self.scores(of: written, on: heldOut)
      #expect(Double(scores.rightCount) / 20 == records[3].cleanAccuracy)
      let weights = try SafeTensors(contentsOf: folder().path(of: .last, as: "safetensors"))
      let program = try Program.read(from: folder().path(of: .last))
      #expect(Set(weights.entries.keys) == Set(program.weights.keys))
    }

    @Test func heldOutPicturesAreNotLearnedFrom() throws {
      let all = try PlantedClasses.pictures(60)
      func floats(_ set: PictureSet) -> Set<[Float]> {
        Set((0..<set.count).map { set.images([$0]).floats() })
      }
      let (training, heldOut) = all.parted(holdingOut: 20, seed: 0)
      #expect(training.count == 40 && heldOut.count == 20)
      #expect(floats(training).isDisjoint(with: floats(heldOut)))
      #expect(floats(training).union(floats(heldOut)) == floats(all))
      #expect(floats(all.parted(holdingOut: 20, seed: 1).heldOut) != floats(heldOut))
    }

    /// Stopped after each possible number of batches, inside epochs and between them.
    @Test(arguments: [nil, 0.9] as [Double?])
    func stoppedAnywhereItEndsWithTheSameBytes(averageDecay: Double?) throws {
      Engine.useThreads(1)
      let plan = Self.plan(averageDecay: averageDecay)
      let whole = folder("whole")
      try Self.work(try Self.open(whole, plan))
      for batches in [1, 3] {
        let pieces = folder("pieces-\(batches)")
        var processes = 0
        while try Self.work(Self.open(pieces, plan), batches: batches) == .interrupted {
          processes += 1
          try #require(processes <= 30)
        }
        #expect(processes >= 3)
        #expect(try Self.contents(of: pieces) == Self.contents(of: whole), "\(batches)")
      }
    }

    private static let network = ClassificationTask(
      channels: 3, height: 16, width: 16, classCount: 2)

    /// Pictures whose upper or lower half is brighter.
    private static func halves(_ count: Int) throws -> PictureSet {
      let shape = ImageShape(channels: 3, height: 16, width: 16)
      return try PictureSet(count: count, shape: shape, classCount: 2) { number in
        let key = RandomKey(seed: 4).part(number)
        let noise = Tensor.uniform([3, 16, 16], using: key.makeGenerator())
        let rows = (0..<16).map { row -> Float in (row < 8) == (number % 2 == 0) ? 0.4 : 0 }
        let image = noise * 0.6 + Tensor(rows, shape: [1, 16, 1])
        return LabelledPicture(picture: Picture(image), label: number % 2, name: "\(number)")
      }
    }

    private static func openNetwork(_ folder: TrainingFolder) throws -> TrainingRun {
      var numbers = RandomKey(seed: 2).makeNumbers()
      let program = try StridedCNN(width: 2).program(for: network, using: &numbers)
      let plan = plan(epochs: 2, rate: 0.05, averageDecay: 0.8)
      return try TrainingRun(
        in: folder, as: setup(plan),
        with: Trainer(try TrainableClassifier(program), with: AdamW(), by: plan))
    }

    private static func workOnNetwork(
      _ folder: TrainingFolder, batches: Int = .max
    ) throws -> TrainingRun.Ending {
      let (training, heldOut) = try halves(40).parted(holdingOut: 10, seed: 0)
      var done = 0
      return try openNetwork(folder).run(
        on: training, by: StandardTraining(), validating: { try scores(of: $0, on: heldOut) },
        stopping: { done >= batches }, reporting: { if case .training = $0 { done += 1 } })
    }

    /// Settings of several parts have no order of their own in JSON; the words for them have.
    @Test func theSameSettingsAreNeverFoundToDiffer() throws {
      var plan = Self.plan()
      plan.schedule = Schedule(.steps(at: [0.5, 0.75], factor: 0.1))
      let setup = try Self.setup(plan)
      for _ in 0..<200 {
        let read = try JSONDecoder().decode(
          TrainingSetup.self, from: JSONEncoder().encode(setup))
        #expect(read.differences(from: setup) == [])
      }
      plan.schedule = Schedule(.steps(at: [0.5, 0.75], factor: 0.2))
      let differences = try Self.setup(plan).differences(from: setup)
      #expect(differences.count == 1 && differences[0].contains("factor 0.2"), "\(differences)")
    }

    /// The statistics of batch norms belong to the checkpoint.
    @Test func aNetworkWithBatchNormsGoesOnToTheSameBytes() throws {
      Engine.useThreads(1)
      #expect(try Self.workOnNetwork(folder("whole")) == .finished)
      while try Self.workOnNetwork(folder("pieces"), batches: 2) == .interrupted {}
      #expect(try Self.contents(of: folder("pieces")) == Self.contents(of: folder("whole")))
    }

    @Test(.enabled(if: ReferenceScript.python != nil, "needs the Python environment of make setup"))
    func pyTorchOpensWhatWasTrainedAndComputesTheSame() throws {
      let python = try #require(ReferenceScript.python)
      _ = try Self.workOnNetwork(folder())
      let images = try Self.halves(40).images(Array(0..<5))
      let logits = try ProgramClassifier(.read(from: folder().path(of: .best))).logits(of: images)
      let answer = base.appending(path: "answer.safetensors").path
      try SafeTensors([
        "images": .init(sizes: images.shape, values: images.floats()),
        "logits": .init(sizes: logits.shape, values: logits.floats()),
      ]).write(to: answer)
      let result = try ReferenceScript.run(
        "check_trained_model.py", with: python,
        [folder().path(of: .best), folder().path(of: .best, as: "safetensors"), answer])
      #expect(result.status == 0, "\(result.text)")
    }

    @Test func whatFollowsFromTheCheckpointIsMadeAgain() throws {
      let run = folder()
      try Self.work(try Self.open(run, Self.plan()))
      let before = try Self.contents(of: run)
      // As a process leaves it that is killed right after the checkpoint.
      let lines = try String(contentsOfFile: run.path(of: .metrics), encoding: .utf8)
      try Data(lines.dropLast(40).utf8).write(to: URL(filePath: run.path(of: .metrics)))
      try FileManager.default.removeItem(atPath: run.path(of: .last))
      let leftover = "\(run.path(of: .last)).partial-x"
      try Data("half".utf8).write(to: URL(filePath: leftover))
      #expect(try Self.work(try Self.open(run, Self.plan())) == .finished)
      #expect(try Self.contents(of: run) == before)
    }

    @Test func bestIsByRobustnessWhenThatIsWanted() throws {
      var records = [EpochRecord(epoch: 1), EpochRecord(epoch: 2)]
      (records[0].cleanAccuracy, records[0].robustAccuracy) = (0.9, 0.1)
      (records[1].cleanAccuracy, records[1].robustAccuracy) = (0.8, 0.2)
      #expect(records[1].isBetter(than: records[0], byRobustness: true))
      #expect(records[0].isBetter(than: records[1], byRobustness: false))
      records[1].cleanAccuracy = 0.9
      #expect(records[1].isBetter(than: records[0], byRobustness: false))
      #expect(!records[1].isBetter(than: records[1], byRobustness: true))
    }

    @Test func patienceEndsARunThatDoesNotImprove() throws {
      // So small a rate changes no answer: the first epoch stays the best.
      let plan = Self.plan(epochs: 20, rate: 1e-9)
      let run = try Self.open(folder(), plan, patience: 2)
      #expect(try Self.work(run) == .stoppedEarly)
      #expect(run.records.map(\.epoch) == [0, 1, 2, 3] && run.best?.epoch == 1)
      let first = try Data(contentsOf: URL(filePath: folder().path(of: .best)))
      let last = try Data(contentsOf: URL(filePath: folder().path(of: .last)))
      #expect(first != last)
    }

    @Test func otherSettingsAreRefusedWithWhatDiffers() throws {
      let run = folder()
      try Self.work(try Self.open(run, Self.plan()), batches: 2)
      let before = try Self.contents(of: run)
      let error = #expect(throws: TrainingRunError.self) {
        try Self.open(run, Self.plan(rate: 0.1), method: "trades")
      }
      let text = error.map { "\($0)" } ?? ""
      #expect(text.contains("rate: 0.2 then, 0.1 now"), "\(text)")
      #expect(text.contains("method: standard then, trades now"), "\(text)")
      var plan = Self.plan()
      plan.schedule = Schedule(.constant)
      let other = #expect(throws: TrainingRunError.self) { try Self.open(run, plan) }
      let words = other.map { "\($0)" } ?? ""
      #expect(words.contains("schedule, shape: cosine then, constant now"), "\(words)")
      #expect(try Self.contents(of: run) == before)
      #expect(try Self.work(try Self.open(run, plan, replacing: true)) == .finished)
    }

    @Test func foreignFoldersAndRunsInUseAreRefused() throws {
      let path = base.appending(path: "letters").path
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data("dear".utf8).write(to: URL(filePath: "\(path)/letter.txt"))
      #expect(throws: TrainingRunError.occupied(path)) {
        try Self.open(TrainingFolder(path), Self.plan(), replacing: true)
      }
      let run = try Self.open(folder(), Self.plan())
      #expect(throws: TrainingRunError.inUse(folder().path)) {
        try Self.open(folder(), Self.plan())
      }
      withExtendedLifetime(run) {}
    }

    @Test func replacingDeletesTheRunAndNothingElse() throws {
      try Self.work(try Self.open(folder(), Self.plan()))
      let note = "\(folder().path)/lasting.txt"
      try Data("mine".utf8).write(to: URL(filePath: note))
      _ = try Self.open(folder(), Self.plan(epochs: 1), replacing: true)
      #expect(
        Set(try FileManager.default.contentsOfDirectory(atPath: folder().path)) == [
          "training.json", "lasting.txt",
        ])
    }

    @Test func damagedCheckpointsAreRefusedAndKept() throws {
      let run = folder()
      try Self.work(try Self.open(run, Self.plan()), batches: 6)
      let url = URL(filePath: run.path(of: .checkpoint))
      let whole = try Data(contentsOf: url)
      var generator = RandomKey(seed: 5).makeNumbers()
      var damaged = [Data(), whole.prefix(7), whole.prefix(whole.count - 4), whole.dropFirst(8)]
      for _ in 0..<40 {
        var copy = whole
        // In the header, which is where a reader could stumble.
        copy[Int.random(in: 0..<900, using: &generator)] = .random(in: 0...255, using: &generator)
        damaged.append(copy)
      }
      var refusals = 0
      for data in damaged {
        try data.write(to: url)
        do {
          _ = try Self.open(run, Self.plan())
        } catch let error as TrainingRunError {
          guard case .damaged = error else { throw error }
          refusals += 1
          #expect(try Data(contentsOf: url) == data)
        }
      }
      #expect(refusals > 30)
      try whole.write(to: url)
      #expect(try Self.work(try Self.open(run, Self.plan())) == .finished)
    }

    @Test func aLossThatIsNoNumberKeepsTheLastGoodCheckpoint() throws {
      let plan = Self.plan(rate: 1e38)
      #expect(throws: TrainingError.self) { try Self.work(try Self.open(folder(), plan)) }
      let checkpoint = try SafeTensors(contentsOf: folder().path(of: .checkpoint))
      #expect(checkpoint.entries.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
      let again = try Self.open(folder(), plan)
      #expect(again.records.map(\.epoch) == [0])
    }
  }
}
