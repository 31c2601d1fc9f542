import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
public import ThreatModels

/// A training run that is kept in a folder, and goes on where its checkpoint ends.
///
/// The checkpoint holds everything that the next batch depends on and what came of all epochs so far;
/// the other files follow from it. It is replaced in one step, so a process that is killed at any
/// moment loses the time since the last checkpoint and nothing else. On one thread of a CPU the
/// result is the same, bit for bit, however often the run was stopped. Not Sendable: one thread uses
/// it.
public final class TrainingRun {
  /// How a run came to its end.
  public enum Ending: String, Hashable, Codable, Sendable {
    /// All epochs are done.
    case finished
    /// No better epoch came for as long as the patience lasts.
    case stoppedEarly
    /// Somebody wanted it to stop; it can go on.
    case interrupted
  }

  /// What a run is doing.
  public enum Progress: Hashable, Sendable {
    /// A batch was learned from.
    case training(Trainer.Progress, imagesPerSecond: Double)
    /// The model is about to be shown the validation pictures; after which epoch, from 1, or 0 for
    /// before the first.
    case validating(afterEpoch: Int)
  }

  /// Where the run is kept.
  public let folder: TrainingFolder
  /// What the run is.
  public let setup: TrainingSetup
  /// What came of the epochs so far; the first record is of the model before it learned anything.
  public private(set) var records: [EpochRecord] = []
  /// How often a long epoch leaves a checkpoint.
  public var checkpointInterval: Duration = .seconds(60)

  private let trainer: Trainer
  private let lock: FolderLock
  /// What the training of the epoch under way, or of the last one, took.
  private var spent: Duration = .zero
  private var lastSaved: ContinuousClock.Instant = .now
  private var keptEpoch: Int?

  /// Begins a run, or goes on with the one that the folder holds.
  ///
  /// - Parameters:
  ///   - folder: where the run is kept.
  ///   - setup: what the run is.
  ///   - trainer: made as the setup says, and not used before.
  ///   - replacing: whether to begin anew and delete the run that the folder holds.
  /// - Throws: ``TrainingRunError`` when the folder cannot be used, is in use, holds another run, or
  ///   its checkpoint is damaged.
  public init(
    in folder: TrainingFolder, as setup: TrainingSetup, with trainer: Trainer,
    replacing: Bool = false
  ) throws(TrainingRunError) {
    try folder.prepare()
    guard let lock = FolderLock(folder.path) else { throw .inUse(folder.path) }
    folder.removeLeftovers()
    if replacing { try folder.removeRun() }
    self.folder = folder
    self.setup = setup
    self.trainer = trainer
    self.lock = lock
    if let recorded = try folder.setup() {
      let differences = recorded.differences(from: setup)
      guard differences.isEmpty else { throw .otherSetup(folder.path, differences) }
      try restore()
    } else {
      try folder.write(setup)
    }
  }

  /// What was seen to go wrong so far, each kind once.
  public var warnings: [TrainingWarning] { records.flatMap { $0.warnings ?? [] } }

  /// The record of the best epoch so far; nothing before the first or without validation pictures.
  public var best: EpochRecord? {
    records.dropFirst().filter { $0.cleanAccuracy != nil }.reduce(nil) { best, record in
      guard let best else { return record }
      return record.isBetter(than: best, byRobustness: setup.prefersRobustness) ? record : best
    }
  }

  /// How the run ended; nothing if there is more to do.
  public var ending: Ending? {
    guard isJudged else { return nil }
    if trainer.nextEpoch == setup.plan.epochs { return .finished }
    if let patience = setup.patience, let best, trainer.nextBatch == 0,
      trainer.nextEpoch - best.epoch >= patience
    {
      return .stoppedEarly
    }
    return nil
  }

  /// The epoch that is under way, or the last one where none is, from 1; 0 before the first.
  public var epochUnderWay: Int { trainer.nextEpoch + (isInsideEpoch ? 1 : 0) }

  /// Whether an epoch is under way.
  public var isInsideEpoch: Bool { trainer.nextBatch > 0 }

  /// How many batches are done, if every epoch has this many.
  public func batchesDone(ofEach batchCount: Int) -> Int {
    trainer.nextEpoch * batchCount + trainer.nextBatch
  }

  /// Whether the model after the last whole epoch has a record.
  private var isJudged: Bool { records.count > trainer.nextEpoch }

  /// Works until the run has ended or somebody wants it to stop.
  ///
  /// - Parameters:
  ///   - pictures: what is learned from.
  ///   - method: how.
  ///   - scores: how a model does on the validation pictures; nothing if there are none. When it
  ///     throws after a stop was wanted, the run is interrupted.
  ///   - isStopWanted: asked after each batch.
  ///   - report: told what the run is doing.
  /// - Throws: ``TrainingError``, of which ``TrainingError/notFinite(epoch:)`` leaves the last good
  ///   checkpoint; ``TrainingRunError/notSaved(_:keptEpoch:)``; or what `scores` or `report` throws.
  public func run(
    on pictures: PictureSet, by method: any TrainingMethod,
    validating scores: ((any DifferentiableClassifier) throws -> ValidationScores)? = nil,
    stopping isStopWanted: () -> Bool = { false },
    reporting report: (Progress) throws -> Void = { _ in }
  ) throws -> Ending {
    // A process may have been killed between a checkpoint and what follows from it.
    if isJudged && trainer.nextBatch == 0 { try writeProducts() }
    lastSaved = .now
    while true {
      do {
        if let ending { return ending }
        if isJudged {
          try trainEpoch(on: pictures, by: method, stopping: isStopWanted, reporting: report)
        } else {
          try report(.validating(afterEpoch: trainer.nextEpoch))
          try judge(by: scores, pictureCount: pictures.count)
        }
      } catch  where isStopWanted() && !(error is TrainingError) && !(error is TrainingRunError) {
        try save()
        return .interrupted
      }
    }
  }

  /// Somebody wants the run to stop.
  private struct StopWanted: Error {}

  private func trainEpoch(
    on pictures: PictureSet, by method: any TrainingMethod, stopping isStopWanted: () -> Bool,
    reporting report: (Progress) throws -> Void
  ) throws {
    if trainer.nextBatch == 0 { spent = .zero }
    var last = ContinuousClock.now
    try trainer.trainEpoch(on: pictures, by: method) { progress in
      let now = ContinuousClock.now
      spent += now - last
      last = now
      let pace = Double(progress.outcome.count) / max(spent / .seconds(1), 1e-9)
      try report(.training(progress, imagesPerSecond: pace))
      if isStopWanted() { throw StopWanted() }
      if now - lastSaved >= checkpointInterval {
        try save()
        last = .now
      }
    }
  }

  private func judge(
    by scores: ((any DifferentiableClassifier) throws -> ValidationScores)?, pictureCount: Int
  ) throws {
    // Validation may take long, too.
    if ContinuousClock.now - lastSaved >= checkpointInterval { try save() }
    var record = EpochRecord(epoch: trainer.nextEpoch)
    if trainer.nextEpoch > 0 {
      let batchCount = EpochOrder.batchCount(
        count: pictureCount, batchSize: setup.plan.batchSize)
      let seconds = spent / .seconds(1)
      record.loss = trainer.outcome.loss
      record.accuracy = trainer.outcome.accuracy
      record.rate = setup.plan.rate(
        atStep: trainer.nextEpoch * batchCount - 1, batchCount: batchCount)
      record.seconds = seconds
      record.imagesPerSecond = Double(trainer.outcome.count) / max(seconds, 1e-9)
    }
    if let scores {
      let found = try scores(trainer.model.attackable(from: trainer.averagedTensors))
      record.validationCount = found.count
      record.cleanAccuracy = Double(found.rightCount) / Double(max(found.count, 1))
      record.robustAccuracy = Double(found.robustCount) / Double(max(found.count, 1))
      record.warnings = found.warnings.isEmpty ? nil : found.warnings
    }
    records.append(record)
    try save()
    try writeProducts()
  }
}

extension TrainingRun {
  /// Names of the notes that a checkpoint holds besides the trainer's.
  private enum Note {
    static let records = "records"
    static let seconds = "seconds"
  }

  private func restore() throws(TrainingRunError) {
    let path = folder.path(of: .checkpoint)
    let checkpoint: SafeTensors
    do throws(SafeTensorsError) {
      checkpoint = try SafeTensors(contentsOf: path)
    } catch {
      guard case .malformed(_, let what) = error else { return }
      throw .damaged(path, what)
    }
    let notes = checkpoint.metadata
    guard let records = notes[Note.records].flatMap({ EpochRecord.list(from: $0) }),
      let seconds = notes[Note.seconds].flatMap(Double.init), (0...1e9).contains(seconds)
    else { throw .damaged(path, "it does not say what came of the epochs") }
    do throws(TrainingError) {
      try trainer.restore(checkpoint)
    } catch {
      throw .damaged(path, "\(error)")
    }
    guard records.map(\.epoch) == Array(0..<records.count),
      records.count == trainer.nextEpoch + 1
        || (records.count == trainer.nextEpoch && trainer.nextBatch == 0)
    else { throw .damaged(path, "its epochs do not fit together") }
    self.records = records
    spent = .seconds(seconds)
    keptEpoch = epochUnderWay
  }

  /// Replaces the checkpoint, unless the numbers of the run are not finite any more.
  private func save() throws {
    guard trainer.isFinite else { throw TrainingError.notFinite(epoch: max(1, epochUnderWay)) }
    let checkpoint = trainer.checkpoint(noting: [
      Note.records: EpochRecord.lines(of: records), Note.seconds: "\(spent / .seconds(1))",
    ])
    try saving { try checkpoint.write(to: folder.path(of: .checkpoint)) }
    keptEpoch = epochUnderWay
    lastSaved = .now
  }

  /// Writes what follows from a checkpoint at the end of an epoch.
  private func writeProducts() throws {
    try saving {
      try folder.write(EpochRecord.lines(of: records), as: .metrics)
      guard trainer.nextEpoch > 0 else { return }
      try write(.last)
      if best?.epoch == trainer.nextEpoch { try write(.best) }
    }
  }

  private func write(_ model: TrainingFolder.Model) throws {
    let weights = trainer.model.weights
    let auxiliaries = setup.writesBranches ? weights.auxiliaryCount : 0
    for branch in [.main] + (0..<auxiliaries).map(TrainableWeights.Branch.auxiliary) {
      let program = weights.program(with: branch, from: trainer.averagedTensors)
      try program.write(to: folder.path(of: model, branch: branch))
      try SafeTensors(weightsOf: program)
        .write(to: folder.path(of: model, branch: branch, as: "safetensors"))
    }
  }

  /// Says of a file that cannot be written what is kept all the same.
  private func saving(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as SafeTensorsError {
      throw TrainingRunError.notSaved("\(error)", keptEpoch: keptEpoch)
    } catch let error as FormatError where error.reason == .unwritable {
      throw TrainingRunError.notSaved("\(error)", keptEpoch: keptEpoch)
    } catch TrainingRunError.unwritable(let path, let why) {
      throw TrainingRunError.notSaved(
        "\(TrainingRunError.unwritable(path, why))", keptEpoch: keptEpoch)
    }
  }
}
