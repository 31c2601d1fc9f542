public import TensorModule

/// Pictures that are shown together, with their classes and where their randomness comes from.
public struct TrainingBatch {
  /// [N, C, H, W] in [0, 1], augmented.
  public let images: Tensor
  /// The true classes, int64 [N]; of blended pictures the class with the greatest share.
  public let labels: Tensor
  /// The share of each class in each picture, [N, K], if pictures were blended.
  public let classShares: Tensor?
  /// One key for each picture and epoch.
  public let keys: [RandomKey]

  /// A batch.
  ///
  /// - Precondition: there are as many keys as pictures.
  public init(images: Tensor, labels: Tensor, classShares: Tensor? = nil, keys: [RandomKey]) {
    precondition(images.count == keys.count, "\(keys.count) keys for \(images.count) pictures")
    self.images = images
    self.labels = labels
    self.classShares = classShares
    self.keys = keys
  }

  /// What the cross-entropy is taken with: shares of classes, or one class for each picture.
  public var targets: Tensor { classShares ?? labels }
}
