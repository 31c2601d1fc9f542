import Adversary

/// The pictures of a data set as a model takes them: in its shape, with its classes as labels.
struct ModelPictures {
  private let dataset: any Dataset
  private let shape: ImageShape
  private let classesOfModel: Int
  private let labelOfModel: (Int) -> Int
  /// How many there are.
  let count: Int

  /// The pictures of a data set for a model.
  ///
  /// - Parameter sample: so many, taken evenly from the whole data set; nothing for all.
  /// - Throws: ``CommandFailure`` when folders and classes cannot be matched.
  init(of dataset: any Dataset, for model: LoadedModel, sampling sample: Int? = nil) throws {
    self.dataset = dataset
    count = min(sample ?? dataset.count, dataset.count)
    shape = model.classifier.imageShape
    classesOfModel = model.classifier.classCount
    labelOfModel = try model.classes(ofLabelsIn: dataset)
  }

  /// How many the data set has.
  var countOfAll: Int { dataset.count }

  /// Whether not all pictures of the data set are among them.
  var isSpread: Bool { count < dataset.count }

  /// How many classes the data set has; nothing if it does not know.
  var classCount: Int? { dataset.classNames?.count }

  /// Says so if the first pictures leave out classes of the data set.
  ///
  /// - Parameters:
  ///   - count: how many pictures are taken.
  ///   - seen: the classes among them.
  func remarkOnClassesLeftOut(byFirst count: Int, seen: Set<Int>) {
    guard count < self.count, let all = classCount, seen.count < all else { return }
    remark("the first \(count) pictures are of \(seen.count) of the \(all) classes of the data set")
  }

  /// One picture; its label is the model's class.
  ///
  /// - Throws: ``CommandFailure`` when the model has no such class, and what reading throws.
  func sample(at index: Int) throws -> LabelledPicture {
    // The middle of each of as many equal parts; with all pictures that is the picture itself.
    let place = (2 * index + 1) * dataset.count / (2 * count)
    var sample = try dataset.sample(at: place)
    sample.picture = try sample.picture.fitted(to: shape, named: sample.name)
    sample.label = sample.label.map(labelOfModel)
    if let label = sample.label, !(0..<classesOfModel).contains(label) {
      throw CommandFailure(
        .badData,
        "\(sample.name) has class \(label), and the model has the classes 0 to "
          + "\(classesOfModel - 1)")
    }
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
