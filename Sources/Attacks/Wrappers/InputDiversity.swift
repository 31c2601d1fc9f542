public import TensorModule
public import ThreatModels

/// A model whose gradients are now and then those at randomly transformed pictures.
///
/// With a probability, anew for each gradient, pictures are shrunk to a random side of 90 % to all of theirs,
/// bilinearly, and put at a random place among zeros; the gradient goes through this. The paper enlarges
/// pictures and widens the model's input instead, which models of one size do not allow. Logits and losses are
/// those of the pictures themselves, so that a gradient of a transformed picture costs one more forward pass.
///
/// A model by itself draws the same transformations for all pictures of a batch. Not Sendable: one thread
/// uses it.
///
/// Xie, Zhang, Zhou, Bai, Wang, Ren and Yuille 2019, “Improving transferability of adversarial examples with
/// input diversity”.
public final class InputDiversity: DifferentiableClassifier {
  private static let leastShare = 0.9

  private let model: any DifferentiableClassifier
  private let probability: Double
  private var numbers: RandomNumbers

  /// A model with diverse gradients.
  ///
  /// - Precondition: the probability is in 0…1.
  /// - Parameters:
  ///   - model: is asked.
  ///   - probability: how often pictures are transformed.
  ///   - key: names the transformations.
  public init(of model: any DifferentiableClassifier, probability: Double, key: RandomKey) {
    precondition((0...1).contains(probability), "a probability of \(probability)")
    self.model = model
    self.probability = probability
    numbers = key.makeNumbers()
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { model.imageShape }
  /// The number of classes.
  public var classCount: Int { model.classCount }

  /// The model's logits of the pictures as they are.
  public func logits(of images: Tensor) throws(EngineError) -> Tensor {
    try model.logits(of: images)
  }

  /// Logits and losses of the pictures as they are, and gradients of them as they are or transformed.
  public func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    guard Double.random(in: 0..<1, using: &numbers) < probability else {
      return try model.lossGradient(at: images, of: losses)
    }
    let (height, width) = (imageShape.height, imageShape.width)
    let (rows, columns) = (side(height), side(width))
    let (top, left) = (place(height - rows), place(width - columns))
    // The gradient of Σ T(x)·g with g fixed is that of the loss through the transformation T.
    let gradient = try valueAndGradient(at: images) { images throws(EngineError) in
      let seen = images.resized(toHeight: rows, width: columns).padded(
        top: top, bottom: height - rows - top, left: left, right: width - columns - left)
      return (seen * (try self.model.lossGradient(at: seen, of: losses).gradient), [])
    }.gradient
    let logits = try model.logits(of: images)
    return LossGradient(logits: logits, losses: losses(logits), gradient: gradient)
  }

  private func side(_ whole: Int) -> Int {
    let least = max(1, Int((Self.leastShare * Double(whole)).rounded()))
    return Int.random(in: min(least, whole)...whole, using: &numbers)
  }

  private func place(_ room: Int) -> Int { Int.random(in: 0...room, using: &numbers) }
}
