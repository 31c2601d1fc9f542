import Attacks
import Datasets
import Foundation
import Imaging
import TensorModule
import ThreatModels

/// A batch of pictures under evaluation, with what the model says of them.
struct EvaluationBatch {
  private let samples: [JournalSample]
  private let images: Tensor
  private let key: RandomKey

  /// A batch from what the journal keeps.
  ///
  /// - Throws: ``RunFolderError`` if a picture is none of the model's shape.
  init(_ samples: [JournalSample], shape: ImageShape, seed: UInt64) throws {
    let pictures = try samples.map { sample in
      let picture = try Picture(decoding: Array(sample.picture))
      guard [picture.channels, picture.height, picture.width] == shape.sizes else {
        throw RunFolderError.malformed("the journal", "the picture of \(sample.name)")
      }
      return picture
    }
    self.samples = samples
    images = Tensor(pictures)
    key = RandomKey(seed: seed)
  }

  /// The number of the first sample.
  var first: Int { samples[0].number }

  /// The pictures that are worth attacking: those that the model gets right, but for some.
  ///
  /// - Parameter done: numbers of samples that need no further attack.
  func attackable(without done: Set<Int>) -> (batch: AttackBatch?, numbers: [Int]) {
    let rows = samples.indices.filter { samples[$0].isRight && !done.contains(samples[$0].number) }
    if rows.isEmpty { return (nil, []) }
    let chosen = rows.map { samples[$0] }
    let labels = Tensor(chosen.map(\.label))
    let targets = chosen.compactMap(\.target)
    let goal =
      targets.count == chosen.count
      ? Goal(avoiding: labels, reaching: Tensor(targets)) : Goal(avoiding: labels)
    let batch = AttackBatch(
      rows.count == samples.count ? images : images.rows(rows), toward: goal,
      keys: chosen.map { key.part($0.number) })
    return (batch, chosen.map(\.number))
  }

  /// What the model says of pictures that the journal does not know yet.
  static func samples(
    _ pictures: [(number: Int, sample: LabelledPicture)], objective: Objective,
    on model: any Classifier
  ) throws -> [JournalSample] {
    let logits = try model.logits(of: Tensor(pictures.map(\.sample.picture)))
    let scores = ClassScores(of: logits)
    let labels = try pictures.indices.map { row in
      let label = pictures[row].sample.label ?? scores.classes[row]
      guard (0..<model.classCount).contains(label) else {
        throw ThreatModelError.noSuchClass(label, classCount: model.classCount)
      }
      if objective == .target(label) { throw ThreatModelError.targetIsLabel(label) }
      return label
    }
    let targets = objective.goal(labels: Tensor(labels), cleanLogits: logits).targets?.integers()
    return try pictures.enumerated().map { row, picture in
      JournalSample(
        number: picture.number, name: picture.sample.name, label: labels[row],
        target: targets?[row], class: scores.classes[row], confidence: scores.confidences[row],
        isFinite: scores.isFinite[row], picture: Data(try picture.sample.picture.pngData()))
    }
  }
}
