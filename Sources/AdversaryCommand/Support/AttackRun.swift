import Adversary
import Foundation

/// A trial carried out on a data set, batch by batch, with its results written to a folder if wanted.
struct AttackRun {
  let model: LoadedModel
  let pictures: ModelPictures
  let trial: Trial
  /// The true class where the data set knows none.
  var label: Int?
  var first: Int?
  var batchSize = 64
  var folder: RunFolder?

  /// What was found.
  struct Results {
    var records: [SampleRecord] = []
    /// Pictures left out because their true class is the target.
    var skipped = 0
    /// The first pictures that held, with their true classes.
    fileprivate var held: [(picture: Picture, label: Int)] = []
  }

  /// How many pictures that held are asked for their gradient.
  private static let gradientCount = 16

  /// Attacks all pictures.
  func run() throws -> Results {
    var results = Results()
    let count = min(first ?? pictures.count, pictures.count)
    let progress = ProgressLine(trial.attack.title, total: count)
    defer { progress.finish() }
    var start = 0
    while start < count {
      progress.show(done: start)
      let end = min(start + batchSize, count)
      try attack(start..<end, into: &results)
      start = end
    }
    if results.records.isEmpty {
      throw CommandFailure(
        .usage, "every picture is of the target class: there is nothing to attack")
    }
    try folder?.write(manifest(of: results))
    progress.finish()
    try remarkOnMissingGradients(results)
    return results
  }

  /// Says that the loss which most attacks follow has no gradient where pictures held.
  private func remarkOnMissingGradients(_ results: Results) throws {
    let held = results.held.prefix(batchSize)
    guard !held.isEmpty, type(of: trial.attack).needsGradients else { return }
    let labels = Tensor(held.map(\.label))
    var goal = Goal(avoiding: labels)
    if case .target(let target) = trial.objective {
      goal = Goal(avoiding: labels, reaching: labels.filled(with: Double(target)))
    }
    let found = try model.classifier.lossGradient(
      at: Tensor(held.map(\.picture)), of: goal.crossEntropy)
    let zero = (found.gradient.flattenedSamples() .== 0).all(along: 1).truths().count { $0 }
    guard zero > 0 else { return }
    remark(
      "the gradient of the cross-entropy is exactly zero at \(zero) of \(held.count) pictures that held "
        + "and were looked at: attacks that follow it see nothing there, so try autoattack, whose other "
        + "losses do not saturate, and square, rays or hopskipjump")
  }

  /// What the run says of itself.
  func manifest(of results: Results) throws -> RunManifest {
    RunManifest(
      of: trial, model: try model.recorded(), engineVersion: Engine.version,
      classNames: model.classNames, samples: results.records)
  }

  private func attack(_ range: Range<Int>, into results: inout Results) throws {
    var samples: [(number: Int, sample: LabelledPicture)] = []
    for number in range {
      var sample = try pictures.sample(at: number)
      sample.label = sample.label ?? label
      if case .target(let target) = trial.objective {
        // Without a label the prediction stands for it, and that may be the target already.
        sample.label = try sample.label ?? prediction(for: sample.picture)
        if sample.label == target {
          results.skipped += 1
          continue
        }
      }
      samples.append((number, sample))
    }
    if samples.isEmpty { return }
    let images = Tensor(samples.map(\.sample.picture))
    let result = try trial.run(
      on: model.classifier, images: images, labels: samples.map(\.sample.label),
      numbers: samples.map(\.number))
    for (row, (_, sample)) in samples.enumerated() {
      let record = result.record(ofRow: row, named: sample.name, className: model.name(of:))
      results.records.append(record)
      if record.outcome == .robust, results.held.count < Self.gradientCount {
        results.held.append((sample.picture, record.label))
      }
      if let folder {
        try write(record, original: sample.picture, adversarial: result.images[row], to: folder)
      }
    }
  }

  private func prediction(for picture: Picture) throws -> Int {
    try model.classifier.logits(of: Tensor([picture])).argmax(along: 1).integers()[0]
  }

  private func write(
    _ record: SampleRecord, original: Picture, adversarial point: Tensor, to folder: RunFolder
  ) throws {
    let adversarial = Picture(point)
    try folder.write(original, as: .original, ofSample: record.name)
    if record.outcome == .initiallyWrong { return }
    let comparison = ComparisonPicture(
      original: original, adversarial: adversarial, record: record,
      budget: trial.threat.budget.norm == .linf ? trial.threat.budget.epsilon * 255 : nil)
    try folder.write(adversarial, as: .adversarial, ofSample: record.name)
    try folder.write(comparison.perturbation.picture, as: .perturbation, ofSample: record.name)
    try folder.write(comparison.picture, as: .comparison, ofSample: record.name)
    if trial.threat.pixels == .float {
      try folder.write(point: point.floats(), ofSample: record.name)
    }
  }
}
