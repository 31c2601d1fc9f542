import TensorModule

/// The mean of the picture and of enlarged ones.
///
/// The published factors.
struct ZoomBlur: Effect {
  /// By how much the pictures are enlarged, beginning with 1.
  var factors: [Float]

  init(at scale: SizeScale) {
    let (step, count): (Float, Int) = scale.strength(
      small: [(0.01, 6), (0.01, 11), (0.01, 16), (0.01, 21), (0.01, 26)],
      large: [(0.01, 11), (0.01, 16), (0.02, 11), (0.02, 13), (0.03, 11)])
    factors = (0..<count).map { 1 + step * Float($0) }
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    // The picture itself counts twice, as in the original.
    var sums = picture.samples
    for factor in factors {
      let zoomed = picture.zoomed(by: factor).samples
      for index in sums.indices { sums[index] += zoomed[index] }
    }
    return picture.with(sums.map { $0 / Float(factors.count + 1) })
  }
}
