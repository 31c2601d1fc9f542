import TensorModule

/// A share of the samples becomes black or white, with equal chances.
///
/// The published strengths.
struct ImpulseNoise: Effect {
  var share: Double

  init(at scale: SizeScale) {
    share = scale.strength(
      small: [0.01, 0.02, 0.03, 0.05, 0.07], large: [0.03, 0.06, 0.09, 0.17, 0.27])
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    picture.with(
      picture.samples.map { sample in
        let chance = random.unit()
        return chance >= share ? sample : chance < share / 2 ? 0 : 1
      })
  }
}
