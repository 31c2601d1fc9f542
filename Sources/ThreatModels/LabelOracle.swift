public import TensorModule

/// A model of which an attacker sees the predicted class alone.
public protocol LabelOracle {
  /// The shape of one picture.
  var imageShape: ImageShape { get }
  /// The number of classes.
  var classCount: Int { get }

  /// The predicted classes of pictures.
  ///
  /// - Parameter images: [N, C, H, W] in [0, 1], N ≥ 1; each picture is one query.
  /// - Returns: int64 [N]; −1 where the model gives no usable answer.
  func labels(of images: Tensor) throws(OracleError) -> Tensor
}
