import TensorModule

/// n/c with n from Poisson(c·x): mean x, variance x/c.
///
/// The published strengths.
struct ShotNoise: Effect {
  /// How many grains of light a white sample holds on average.
  var grains: Double

  init(at scale: SizeScale) {
    grains = scale.strength(small: [500, 250, 100, 75, 50], large: [60, 25, 12, 5, 3])
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    // 8-bit pictures have no more than 256 different samples.
    var likelihoods: [Float: Double] = [:]
    return picture.with(
      picture.samples.map { sample in
        if sample <= 0 { return 0 }
        let mean = Double(sample) * grains
        let likelihood = likelihoods[sample] ?? RandomNumbers.likelihoodOfMode(mean: mean)
        likelihoods[sample] = likelihood
        return Float(
          Double(random.poisson(mean: mean, likelihoodOfMode: likelihood)) / grains)
      })
  }
}
