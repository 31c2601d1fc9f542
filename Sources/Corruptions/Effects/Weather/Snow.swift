import TensorModule

/// Flakes in streaks over a paler picture.
///
/// Noise is enlarged and cut off below, so that flakes remain; they are streaked, and come
/// once more turned by 180°. The published strengths for small pictures; those for large ones do not
/// grow, so ours do in their place.
struct Snow: Effect {
  /// Of the noise that flakes are made of.
  var mean: Float
  var deviation: Float
  /// How large a flake is, in pixels.
  var zoom: Float
  /// What is no flake.
  var threshold: Float
  /// Of the streaks, in pixels.
  var length: Float
  var streakDeviation: Float
  /// What is left of the picture's own colours.
  var colour: Float

  init(at scale: SizeScale) {
    let row: (Float, Float, Float, Float, Float, Float, Float) = scale.strength(
      small: [
        (0.1, 0.2, 1, 0.6, 8, 3, 0.95), (0.1, 0.2, 1, 0.5, 10, 4, 0.9),
        (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9), (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85),
        (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
      ],
      large: [
        (0.1, 0.3, 3, 0.5, 10, 4, 0.8), (0.13, 0.3, 3, 0.5, 12, 4, 0.75),
        (0.16, 0.3, 3, 0.5, 12, 6, 0.7), (0.19, 0.3, 3, 0.5, 12, 8, 0.65),
        (0.23, 0.3, 3, 0.5, 12, 10, 0.6),
      ])
    (mean, deviation, threshold, colour) = (row.0, row.1, row.3, row.6)
    zoom = max(1, scale.length(row.2))
    length = scale.length(2 * row.4)
    streakDeviation = scale.length(row.5)
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    let flakes = flakes(over: picture, using: &random)
    let luma = picture.luma
    let channels = picture.channels
    return picture.with(
      picture.samples.indices.map { index in
        let (sample, pixel) = (picture.samples[index], index / channels)
        let paler = max(sample, luma[pixel] * 1.5 + 0.5)
        return colour * sample + (1 - colour) * paler + flakes[pixel]
          + flakes[flakes.count - 1 - pixel]
      })
  }

  /// How white the flakes make each pixel.
  private func flakes(over picture: RealPicture, using random: inout RandomNumbers) -> [Float] {
    let noise = random.normals(picture.width * picture.height).map { mean + deviation * $0 }
    var layer = RealPicture(
      width: picture.width, height: picture.height, channels: 1, samples: noise
    ).zoomed(by: zoom)
    layer.samples = layer.samples.map { $0 < threshold ? 0 : min(1, $0) }
    return layer.convolved(
      with: .streak(
        length: length, deviation: streakDeviation, angle: random.uniform(.pi / 4...3 * .pi / 4))
    ).samples
  }
}
