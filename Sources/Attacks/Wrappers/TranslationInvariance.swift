import Foundation
public import TensorModule
public import ThreatModels

/// A model whose gradients are smoothed, as if they were means over shifted pictures.
///
/// Each channel of a gradient is convolved with a Gaussian kernel of side 2k + 1 whose weights are in
/// proportion to exp(−(i² + j²)/2σ²), σ = k/√3, and add up to 1; beyond the edges gradients are 0.
///
/// Dong, Pang, Su and Zhu 2019, “Evading defenses to transferable adversarial examples by
/// translation-invariant attacks”.
public struct TranslationInvariance: DifferentiableClassifier {
  private let model: any DifferentiableClassifier
  /// The kernel is a product of one over the rows and one over the columns; each as a matrix.
  private let rows: Tensor
  private let columns: Tensor

  /// A model with smoothed gradients.
  ///
  /// - Precondition: the kernel's side is odd and positive.
  /// - Parameters:
  ///   - model: is asked.
  ///   - kernel: the side of the kernel in pixels.
  public init(of model: any DifferentiableClassifier, kernel: Int) {
    precondition(kernel > 0 && kernel % 2 == 1, "a kernel of \(kernel)")
    self.model = model
    let reach = kernel / 2
    let deviation = Double(reach) / 3.squareRoot()
    let weights = (-reach...reach).map { place in
      reach == 0 ? 1 : exp(-Double(place * place) / (2 * deviation * deviation))
    }
    let total = weights.reduce(0, +)
    func matrix(_ size: Int) -> Tensor {
      let values = (0..<(size * size)).map { cell -> Float in
        let place = cell % size - cell / size + reach
        return weights.indices.contains(place) ? Float(weights[place] / total) : 0
      }
      return Tensor(values, shape: [size, size])
    }
    rows = matrix(model.imageShape.height)
    columns = matrix(model.imageShape.width)
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { model.imageShape }
  /// The number of classes.
  public var classCount: Int { model.classCount }

  /// The model's logits.
  public func logits(of images: Tensor) throws(EngineError) -> Tensor {
    try model.logits(of: images)
  }

  /// The model's logits and losses, and smoothed gradients.
  public func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    var result = try model.lossGradient(at: images, of: losses)
    result.gradient = rows.matrixProduct(result.gradient).matrixProduct(columns)
    return result
  }
}
