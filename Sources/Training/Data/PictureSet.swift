public import Datasets
import Imaging
public import TensorModule
public import ThreatModels

/// Labelled pictures of one shape, held in memory as they are stored: one byte a number.
public struct PictureSet {
  /// The shape of every picture.
  public let shape: ImageShape
  /// The class of every picture.
  public let labels: [Int]
  /// [N, H, W, C] in 0…255.
  private let bytes: Tensor

  /// Loads pictures.
  ///
  /// - Parameters:
  ///   - count: how many; at least one.
  ///   - shape: the model's.
  ///   - classCount: how many classes the model has.
  ///   - sample: gives the picture with a number, in the model's shape, with its class.
  /// - Throws: ``TrainingError`` when a picture has no label, one that the model does not have, or
  ///   another shape; or what `sample` throws.
  public init(
    count: Int, shape: ImageShape, classCount: Int, loading sample: (Int) throws -> LabelledPicture
  ) throws {
    var all: [UInt8] = []
    all.reserveCapacity(count * shape.sizes.reduce(1, *))
    var labels: [Int] = []
    for number in 0..<count {
      let labelled = try sample(number)
      let picture = labelled.picture
      guard [picture.channels, picture.height, picture.width] == shape.sizes else {
        throw TrainingError.wrongShape(labelled.name)
      }
      guard let label = labelled.label else { throw TrainingError.unlabelled(labelled.name) }
      guard (0..<classCount).contains(label) else {
        throw TrainingError.noSuchClass(labelled.name, label, classCount: classCount)
      }
      all += picture.samples
      labels.append(label)
    }
    self.shape = shape
    self.labels = labels
    bytes = Tensor(all, shape: [count, shape.height, shape.width, shape.channels])
  }

  private init(shape: ImageShape, labels: [Int], bytes: Tensor) {
    self.shape = shape
    self.labels = labels
    self.bytes = bytes
  }

  /// The pictures with some numbers, in that order.
  public func pictures(_ numbers: [Int]) -> PictureSet {
    PictureSet(shape: shape, labels: numbers.map { labels[$0] }, bytes: bytes.rows(numbers))
  }

  /// The pictures of some classes, whose new numbers are their places among these classes.
  public func pictures(ofClasses classes: [Int]) -> PictureSet {
    let numbers = labels.indices.filter { classes.contains(labels[$0]) }
    return PictureSet(
      shape: shape, labels: numbers.compactMap { classes.firstIndex(of: labels[$0]) },
      bytes: bytes.rows(numbers))
  }

  /// How many pictures there are.
  public var count: Int { labels.count }

  /// Some pictures as the model takes them, [n, C, H, W] in [0, 1].
  public func images(_ numbers: [Int]) -> Tensor {
    bytes.rows(numbers).permuted([0, 3, 1, 2]).converted(to: .float32) / 255
  }

  /// The classes of some pictures, int64 [n].
  public func labels(_ numbers: [Int]) -> Tensor { Tensor(numbers.map { labels[$0] }) }
}
