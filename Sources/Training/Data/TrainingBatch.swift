public import TensorModule

/// Pictures that are shown together, with their classes and where their randomness comes from.
public struct TrainingBatch {
  /// [N, C, H, W] in [0, 1], augmented.
  public let images: Tensor
  /// The true classes, int64 [N].
  public let labels: Tensor
  /// One key for each picture and epoch.
  public let keys: [RandomKey]

  /// A batch.
  ///
  /// - Precondition: there are as many keys as pictures.
  public init(images: Tensor, labels: Tensor, keys: [RandomKey]) {
    precondition(images.count == keys.count, "\(keys.count) keys for \(images.count) pictures")
    self.images = images
    self.labels = labels
    self.keys = keys
  }
}
