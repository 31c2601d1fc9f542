import TensorModule

/// (x + c·clouds) · m / (m + c), where m is the brightest sample.
///
/// The published strengths for small pictures. The published fog of large ones grows finer rather than
/// thicker; ours does both.
struct Fog: Effect {
  /// c.
  var density: Float
  /// By what each finer scale of the clouds is less rough.
  var decay: Float

  init(at scale: SizeScale) {
    // For small pictures the squares of the published decays, which the original applies twice.
    (density, decay) = scale.strength(
      small: [(0.2, 9), (0.5, 9), (0.75, 6.25), (1, 4), (1.5, 3.0625)],
      large: [(1.2, 4), (1.7, 3.5), (2.3, 3.2), (3, 3), (4, 2.8)])
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    let clouds = PlasmaFractal(
      covering: max(picture.width, picture.height), decay: decay, using: &random)
    let brightest = picture.samples.max() ?? 0
    let factor = brightest / (brightest + density)
    let (channels, width) = (picture.channels, picture.width)
    return picture.with(
      picture.samples.indices.map { index in
        let pixel = index / channels
        let cloud = clouds[pixel % width, pixel / width]
        return (picture.samples[index] + density * cloud) * factor
      })
  }
}
