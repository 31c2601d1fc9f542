import TensorModule

/// A streak that fades like one half of a Gaussian, at an angle from −45° to 45°.
///
/// The published lengths, but for the fourth deviation of small pictures, which was that of the third.
struct MotionBlur: Effect {
  /// In pixels.
  var length: Float
  /// Of the Gaussian, in pixels.
  var deviation: Float

  init(at scale: SizeScale) {
    let (radius, deviation): (Float, Float) = scale.strength(
      small: [(6, 1), (6, 1.5), (6, 2), (8, 2.25), (9, 2.5)],
      large: [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)])
    length = scale.length(2 * radius)
    self.deviation = scale.length(deviation)
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    picture.convolved(
      with: .streak(
        length: length, deviation: deviation, angle: random.uniform(-.pi / 4 ... .pi / 4)))
  }
}
