import TensorModule

/// The value of the HSV model, which is the largest channel, rises by c and stops at 1; hue and
/// saturation stay.
///
/// The published strengths.
struct Brightness: Effect {
  /// c.
  var rise: Float

  init(at scale: SizeScale) {
    rise = scale.strength(small: [0.05, 0.1, 0.15, 0.2, 0.3], large: [0.1, 0.2, 0.3, 0.4, 0.5])
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    var result = picture.samples
    for start in stride(from: 0, to: result.count, by: picture.channels) {
      let pixel = start..<start + picture.channels
      let value = result[pixel].max() ?? 0
      let raised = min(1, value + rise)
      for index in pixel { result[index] = value > 0 ? result[index] * raised / value : raised }
    }
    return picture.with(result)
  }
}
