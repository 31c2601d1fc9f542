import TensorModule

/// x + n with n from N(0, σ²), each sample for itself.
///
/// The published strengths.
struct GaussianNoise: Effect {
  var deviation: Float

  init(at scale: SizeScale) {
    deviation = scale.strength(
      small: [0.04, 0.06, 0.08, 0.09, 0.10], large: [0.08, 0.12, 0.18, 0.26, 0.38])
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    let noise = random.normals(picture.samples.count)
    return picture.with(zip(picture.samples, noise).map { $0 + deviation * $1 })
  }
}
