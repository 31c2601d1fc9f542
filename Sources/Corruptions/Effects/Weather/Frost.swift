import TensorModule

/// a·x + b·frost.
///
/// The frost is drawn where the original takes photographs. a and b are near the published ones, which
/// make up for more frost with a darker picture.
struct Frost: Effect {
  /// What is left of the picture.
  var picture: Float
  /// How much frost is added.
  var frost: Float

  init(at scale: SizeScale) {
    (picture, frost) = scale.strength(
      small: [(1, 0.2), (1, 0.3), (0.95, 0.4), (0.9, 0.47), (0.85, 0.55)],
      large: [(1, 0.4), (0.9, 0.5), (0.85, 0.6), (0.8, 0.7), (0.75, 0.8)])
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    let ice = IceCrystals(width: picture.width, height: picture.height, using: &random)
    let channels = picture.channels
    return picture.with(
      picture.samples.indices.map { index in
        let colour = ice.colour(of: index / channels)
        return self.picture * picture.samples[index]
          + frost * (channels == 1 ? colour.luma : colour[index % channels])
      })
  }
}
