import TensorModule

/// The mean over a disc with a soft edge.
///
/// The published radii; pixels at the edge of the disc weigh by how much of them it covers.
struct DefocusBlur: Effect {
  var kernel: Kernel

  init(at scale: SizeScale) {
    let (radius, softness): (Float, Float) = scale.strength(
      small: [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)],
      large: [(3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)])
    kernel = .disc(radius: scale.length(radius), softness: scale.length(softness))
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    picture.convolved(with: kernel)
  }
}
