public import TensorModule

/// A model at hand that plays the part of one behind an interface: it gives answers, nothing else.
public struct ModelOracle: ScoreOracle, LabelOracle {
  private let model: any Classifier

  /// An oracle that asks a model.
  public init(_ model: any Classifier) {
    self.model = model
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { model.imageShape }

  /// The number of classes.
  public var classCount: Int { model.classCount }

  /// The logits, cut off from any graph.
  public func scores(of images: Tensor) throws(OracleError) -> Tensor {
    do {
      return try model.logits(of: images)
    } catch {
      throw .engine(error)
    }
  }

  /// The classes with the highest logits; −1 where a logit is no finite number.
  public func labels(of images: Tensor) throws(OracleError) -> Tensor {
    let scores = try scores(of: images)
    let labels = scores.argmax(along: 1)
    return labels.selected(
      where: scores.isFinite().all(along: 1), otherwise: labels.filled(with: -1))
  }
}
