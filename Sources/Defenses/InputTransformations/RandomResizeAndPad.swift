public import TensorModule

/// Pictures made a little smaller and put somewhere on black, by chance.
///
/// The new height is drawn evenly from ⌈smallest·H⌉…H, the width follows in proportion, and so is the
/// place. Resizing is bilinear and pictures keep their size in all, because models take one size.
/// Gradients are exact. After Xie, Wang, Zhang, Ren and Yuille 2018, “Mitigating adversarial effects
/// through randomization”, whose model sees 331 × 331 pixels in place of 299 × 299.
public struct RandomResizeAndPad: InputTransformation {
  /// `resize-pad`.
  public static let name = "resize-pad"
  /// Interpolation is linear.
  public static let backwardPass = BackwardPass.exact
  /// Each draw has its size and place.
  public static let isRandom = true

  /// The sensible shares.
  static let shares = 0.5...1.0

  /// The smallest height as a share of the picture's, 0.5…1.
  public let smallest: Double

  /// A transformation.
  ///
  /// - Precondition: 0.5 ≤ smallest ≤ 1.
  public init(smallest: Double = 0.9) {
    precondition(Self.shares.contains(smallest), "a smallest share of \(smallest)")
    self.smallest = smallest
  }

  /// As people write it.
  public var description: String { "\(Self.name):smallest=\(smallest)" }

  /// Pictures of the size and at the place that the key names.
  public func transformed(_ images: Tensor, key: RandomKey) -> Tensor {
    let (height, width) = (images.shape[2], images.shape[3])
    var numbers = key.part(Self.name).makeNumbers()
    let least = Int((smallest * Double(height)).rounded(.up))
    let newHeight = Int.random(in: least...height, using: &numbers)
    let share = Double(newHeight) / Double(height)
    let newWidth = max(1, Int((share * Double(width)).rounded()))
    let top = Int.random(in: 0...(height - newHeight), using: &numbers)
    let left = Int.random(in: 0...(width - newWidth), using: &numbers)
    if (newHeight, newWidth) == (height, width) { return images }
    return images.resized(toHeight: newHeight, width: newWidth).padded(
      top: top, bottom: height - newHeight - top, left: left, right: width - newWidth - left)
  }
}
