import Adversary
import Crypto
import Foundation

/// The pictures of a data set as a model takes them: in its shape, with its classes as labels.
struct ModelPictures {
  private let dataset: any Dataset
  private let shape: ImageShape
  private let labelOfModel: (Int) -> Int

  /// The pictures of a data set for a model.
  ///
  /// - Throws: ``CommandFailure`` when folders and classes cannot be matched.
  init(of dataset: any Dataset, for model: LoadedModel) throws {
    self.dataset = dataset
    shape = model.classifier.imageShape
    labelOfModel = try model.classes(ofLabelsIn: dataset)
  }

  /// How many there are.
  var count: Int { dataset.count }

  /// One picture; its label is the model's class.
  func sample(at index: Int) throws -> LabelledPicture {
    var sample = try dataset.sample(at: index)
    sample.picture = try sample.picture.fitted(to: shape, named: sample.name)
    sample.label = sample.label.map(labelOfModel)
    return sample
  }

  /// The SHA-256 digest of the names, labels, sizes and pixels of the first pictures.
  func digest(ofFirst count: Int) throws -> String {
    var digest = PictureDigest()
    for index in 0..<count { digest.add(try sample(at: index)) }
    return digest.hexadecimal
  }

  /// The first pictures to learn from or to judge by, with their digest.
  ///
  /// - Throws: `TrainingError` when one has no label, or one that the model does not have.
  func set(ofFirst count: Int, classCount: Int) throws -> (pictures: PictureSet, sha256: String) {
    var digest = PictureDigest()
    let line = ProgressLine("reading pictures", total: count)
    defer { line.finish() }
    let pictures = try PictureSet(count: count, shape: shape, classCount: classCount) { index in
      if index % 256 == 0 { line.show(done: index) }
      let sample = try sample(at: index)
      digest.add(sample)
      return sample
    }
    return (pictures, digest.hexadecimal)
  }
}

/// The SHA-256 digest of pictures with what is said of them.
private struct PictureDigest {
  private var hash = SHA256()

  mutating func add(_ sample: LabelledPicture) {
    let picture = sample.picture
    let label = sample.label.map(String.init) ?? "none"
    let head = "\(sample.name)\0\(label) \(picture.channels) \(picture.height) \(picture.width)\n"
    hash.update(data: Data(head.utf8))
    hash.update(data: Data(picture.samples))
  }

  var hexadecimal: String { hash.finalize().hexadecimal }
}
