public import TensorModule

/// A model of which an attacker sees the scores of every class, and nothing inside.
public protocol ScoreOracle {
  /// The shape of one picture.
  var imageShape: ImageShape { get }
  /// The number of classes.
  var classCount: Int { get }

  /// The logits of pictures, or the logarithms of their probabilities.
  ///
  /// - Parameter images: [N, C, H, W] in [0, 1], N ≥ 1; each picture is one query.
  /// - Returns: [N, K], cut off from any graph.
  func scores(of images: Tensor) throws(OracleError) -> Tensor
}
