import TensorModule

/// (x − μ)·c + μ, where μ is the mean of the channel.
///
/// The published strengths.
struct Contrast: Effect {
  /// c.
  var factor: Float

  init(at scale: SizeScale) {
    factor = scale.strength(small: [0.75, 0.5, 0.4, 0.3, 0.15], large: [0.4, 0.3, 0.2, 0.1, 0.05])
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    let channels = picture.channels
    var sums = [Double](repeating: 0, count: channels)
    for (index, sample) in picture.samples.enumerated() { sums[index % channels] += Double(sample) }
    let means = sums.map { Float($0 / Double(picture.width * picture.height)) }
    return picture.with(
      picture.samples.indices.map { index in
        let mean = means[index % channels]
        return (picture.samples[index] - mean) * factor + mean
      })
  }
}
