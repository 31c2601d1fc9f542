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
    var hash = SHA256()
    for index in 0..<count {
      let sample = try sample(at: index)
      let picture = sample.picture
      let label = sample.label.map(String.init) ?? "none"
      let head =
        "\(sample.name)\0\(label) \(picture.channels) \(picture.height) \(picture.width)\n"
      hash.update(data: Data(head.utf8))
      hash.update(data: Data(picture.samples))
    }
    return hash.finalize().hexadecimal
  }
}
