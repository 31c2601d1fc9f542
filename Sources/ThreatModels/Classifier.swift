public import TensorModule

/// A model that gives one logit per class for each picture of a batch.
///
/// Pictures are [N, C, H, W], float32 in [0, 1]: mean, standard deviation and channel order are the
/// model's own business. The model runs in evaluation mode, so that a picture's logits do not depend
/// on its batch mates.
public protocol Classifier {
  /// The shape of one picture.
  var imageShape: ImageShape { get }
  /// The number of classes.
  var classCount: Int { get }

  /// The logits of pictures.
  ///
  /// - Parameter images: [N, C, H, W] in [0, 1], N ≥ 1.
  /// - Returns: [N, K], cut off from any graph.
  func logits(of images: Tensor) throws(EngineError) -> Tensor
}

/// A classifier whose gradients are at hand: white-box access.
public protocol DifferentiableClassifier: Classifier {
  /// Logits, losses and the gradient of the summed losses, from one forward and one backward pass.
  ///
  /// Losses are summed, not averaged, so that the gradient of a sample does not depend on the size
  /// of its batch.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W] in [0, 1], N ≥ 1.
  ///   - losses: from logits [N, K] to one number per sample [N].
  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient
}

/// What one forward and one backward pass give, all cut off from the graph.
public struct LossGradient {
  /// [N, K].
  public var logits: Tensor
  /// [N].
  public var losses: Tensor
  /// [N, C, H, W].
  public var gradient: Tensor

  /// A result.
  public init(logits: Tensor, losses: Tensor, gradient: Tensor) {
    self.logits = logits
    self.losses = losses
    self.gradient = gradient
  }
}
