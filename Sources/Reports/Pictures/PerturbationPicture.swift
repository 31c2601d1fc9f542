public import Imaging

/// The difference between two pictures, amplified until it can be seen.
///
/// Mid-grey (128) is no change; a sample is `128 + factor × (adversarial − original)`, clipped to
/// 0…255.
public struct PerturbationPicture: Hashable, Sendable {
  /// The amplified difference.
  public let picture: Picture
  /// By how much a difference is amplified, 1…120.
  public let factor: Int
  /// The largest change of any sample, in 8-bit steps.
  public let maximumChange: Int

  /// The distance from mid-grey that the largest change is to reach.
  private static let reach = 120

  /// The difference of two pictures.
  ///
  /// - Parameters:
  ///   - original: The picture before the attack.
  ///   - adversarial: The picture after it, of the same size and channels.
  ///   - budget: The L∞ budget ε in 8-bit steps. With it the pictures of one run are amplified
  ///     alike; without it, or with one that is not a positive number, the largest change decides.
  /// - Precondition: both pictures have the same size and channels.
  public init(original: Picture, adversarial: Picture, budget: Double? = nil) {
    precondition(
      original.width == adversarial.width && original.height == adversarial.height
        && original.channels == adversarial.channels,
      "a perturbation is between pictures of one shape")
    let changes = zip(original.samples, adversarial.samples).map { Int($1) - Int($0) }
    let maximumChange = changes.reduce(0) { max($0, abs($1)) }
    let usableBudget = budget.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    let extent = max(1, usableBudget ?? Double(maximumChange))
    // A budget of 7.9999 steps in floating point is one of 8 steps.
    let factor = max(1, Int(Double(Self.reach) / extent + 1e-3))

    self.picture = Picture(
      width: original.width, height: original.height, channels: original.channels,
      samples: changes.map { UInt8(clamping: 128 + factor * $0) })
    self.factor = factor
    self.maximumChange = maximumChange
  }
}
