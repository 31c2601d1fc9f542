import Imaging

/// A picture that fools the service, which the attack must lead to again.
struct RemadeSuccess {
  /// What to call it.
  let name: String
  /// The number of the picture, which names its randomness.
  let row: Int
  /// The true class.
  let label: Int
  /// The picture as it was.
  let original: Picture
  /// The picture that fools the service.
  let point: Picture
  /// Whether nothing was found wrong with it so far.
  let isConfirmed: Bool

  /// The share of values that may be other ones than those that were sent.
  ///
  /// Rounding decides the sign of a gradient where it is next to nothing, which batches and processors do otherwise.
  private static let tolerance = 0.02

  /// Whether what the attack leads to now is the picture, but for rounding.
  func isLike(_ remade: Picture) -> Bool {
    let others = zip(point.samples, remade.samples).count { $0 != $1 }
    return Double(others) <= Self.tolerance * Double(point.samples.count)
  }
}
