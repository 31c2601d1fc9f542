public import TensorModule
public import ThreatModels

/// A patch that fools the model wherever it is stuck onto a picture.
///
/// The patch is trained for the expected cross-entropy over pictures, places, angles and sizes: each
/// step draws one placement for each picture of a batch, takes the gradient at the covered pictures
/// back to the patch, and moves the patch by Adam. Its pixels stay in [0, 1].
///
/// Crafting looks at many pictures together, so what is crafted depends on the whole set and on its
/// key. ``applied(_:to:keys:pixels:)`` places the patch on every picture by that picture's own key.
///
/// Brown, Mané, Roy, Abadi and Gilmer 2017, “Adversarial patch”.
public struct AdversarialPatch: Hashable, Codable, Sendable {
  /// The outline of a patch.
  public enum Outline: String, Hashable, Codable, Sendable, CaseIterable {
    /// Four equal sides.
    case square
    /// A disc.
    case circle
  }

  /// The name of its random streams.
  static let name = "AdversarialPatch"

  /// The outline.
  public var outline: Outline
  /// Which share of the picture the patch covers at scale 1.
  public var share: Double
  /// How far the patch is turned at most, either way, in degrees.
  public var rotation: Double
  /// By which factors its side or diameter changes.
  public var scales: ClosedRange<Double>
  /// How often the set is gone through.
  public var passes: Int
  /// Pictures for each step.
  public var batchSize: Int
  /// The learning rate of Adam.
  public var learningRate: Double
  /// The most that the cross-entropy of one picture counts, in nats.
  public var lossLimit: Double

  /// The attack.
  ///
  /// - Precondition: a share between 0 and 1, angles up to 180°, positive scales, at least one pass
  ///   and one picture a batch.
  public init(
    outline: Outline = .circle, share: Double = 0.1, rotation: Double = 22.5,
    scales: ClosedRange<Double> = 0.9...1.1, passes: Int = 20, batchSize: Int = 32,
    learningRate: Double = 0.05, lossLimit: Double = 9
  ) {
    precondition(share > 0 && share <= 1, "a share of \(share)")
    precondition(rotation >= 0 && rotation <= 180, "\(rotation)°")
    precondition(scales.lowerBound > 0, "scales \(scales)")
    precondition(passes > 0 && batchSize > 0, "\(passes) passes in batches of \(batchSize)")
    self.outline = outline
    self.share = share
    self.rotation = rotation
    self.scales = scales
    self.passes = passes
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.lossLimit = lossLimit
  }

  /// The side or the diameter at scale 1, in pixels.
  func side(height: Int, width: Int) -> Double {
    let area = share * Double(height * width)
    return (outline == .square ? area : area * 4 / .pi).squareRoot()
  }

  /// A patch for pictures like those of a set.
  ///
  /// Pictures that the model gets wrong are left out.
  ///
  /// - Parameters:
  ///   - model: asked for gradients at covered pictures.
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - goal: what is wanted of each picture.
  ///   - key: names the order of the pictures and the placements.
  /// - Returns: [1, C, s, s] in [0, 1]; grey where the model gets no picture right.
  public func crafted(
    on model: any DifferentiableClassifier, from images: Tensor, toward goal: Goal, key: RandomKey
  ) throws(EngineError) -> Tensor {
    let pictures = try TrainingPictures(
      images, toward: goal, rightOn: model, batchSize: batchSize)
    let (height, width) = (images.shape[2], images.shape[3])
    let side = Int((side(height: height, width: width) * scales.upperBound).rounded(.up))
    var texture = Tensor.full([1, images.shape[1], side, side], 0.5)
    var adam = Adam(like: texture, learningRate: learningRate)
    for pass in 0..<passes {
      for batch in pictures.shuffled(by: key.part(pass), batchSize: batchSize) {
        let placement = PatchPlacement(of: self, height: height, width: width, keys: batch.keys)
        let covered = placement.covering(batch.images, with: texture)
        let slopes = try model.lossGradient(at: covered) { logits in
          batch.goal.limitedCrossEntropy(of: logits, limit: lossLimit)
        }.gradient
        let slope = try valueAndGradient(at: texture) { texture in
          (placement.covering(batch.images, with: texture) * slopes, [])
        }.gradient
        texture = (texture + adam.step(along: slope)).clamped(to: 0...1)
      }
    }
    return texture
  }

  /// Pictures with a patch on them, each placed by its own key.
  ///
  /// - Parameters:
  ///   - texture: [1, C, s, s], as ``crafted(on:from:toward:key:)`` gives it.
  ///   - images: [N, C, H, W] in [0, 1].
  ///   - keys: one for each picture.
  ///   - pixels: which values the pixels of the patch may take.
  /// - Returns: [N, C, H, W]; what the patch does not cover is untouched.
  public func applied(
    _ texture: Tensor, to images: Tensor, keys: [RandomKey], pixels: PixelGrid = .eightBit
  ) -> Tensor {
    precondition(images.count == keys.count, "\(keys.count) keys for \(images.count) pictures")
    let placement = PatchPlacement(
      of: self, height: images.shape[2], width: images.shape[3], keys: keys)
    let covered = placement.covering(images, with: texture)
    switch pixels {
    case .float: return covered
    case .eightBit:
      return ((covered * 255).rounded() / 255).selected(where: placement.mask, otherwise: images)
    }
  }
}
