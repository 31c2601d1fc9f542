public import Imaging
public import TensorModule

extension Corruption {
  /// The corrupted picture, in the size and channels of the original.
  ///
  /// Severities have the strengths of CIFAR-10-C where the shorter side is at most 84 pixels, and
  /// those of ImageNet-C above. Lengths, such as the radius of a blur, grow in proportion to the
  /// shorter side; the tables are for 32 and 224 pixels.
  ///
  /// - Parameters:
  ///   - picture: grey or colour, at least ``smallestSide`` pixels wide and high.
  ///   - severity: 1…5, or 0 for the picture as it is.
  ///   - key: names the picture, such as `RandomKey(seed: seed).part(number)`. The randomness
  ///     follows from it, the corruption and the severity alone.
  /// - Throws: `ImagingError` when JPEG refuses the picture.
  /// - Precondition: the severity and the size are in their ranges.
  public func corrupted(
    _ picture: Picture, severity: Int, key: RandomKey
  ) throws(ImagingError) -> Picture {
    precondition(severity == 0 || Self.severities.contains(severity), "severity \(severity)")
    precondition(
      min(picture.width, picture.height) >= Self.smallestSide,
      "a picture of \(picture.width)×\(picture.height)")
    if severity == 0 { return picture }
    let scale = SizeScale(shorterSide: min(picture.width, picture.height), severity: severity)
    var random = key.part(rawValue).part(severity).makeNumbers()
    return try effect(at: scale).applied(to: RealPicture(picture), using: &random).picture()
  }

  /// What the corruption does at a strength.
  func effect(at scale: SizeScale) -> any Effect {
    switch self {
    case .gaussianNoise: GaussianNoise(at: scale)
    case .shotNoise: ShotNoise(at: scale)
    case .impulseNoise: ImpulseNoise(at: scale)
    case .defocusBlur: DefocusBlur(at: scale)
    case .glassBlur: GlassBlur(at: scale)
    case .motionBlur: MotionBlur(at: scale)
    case .zoomBlur: ZoomBlur(at: scale)
    case .snow: Snow(at: scale)
    case .frost: Frost(at: scale)
    case .fog: Fog(at: scale)
    case .brightness: Brightness(at: scale)
    case .contrast: Contrast(at: scale)
    case .elasticTransform: ElasticTransform(at: scale)
    case .pixelate: Pixelate(at: scale)
    case .jpeg: JPEGCompression(at: scale)
    }
  }
}
