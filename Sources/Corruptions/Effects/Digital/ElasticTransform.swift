import TensorModule

/// A random affine map, and a smooth random displacement of each pixel on top of it.
///
/// Simard, Steinkraus and Platt 2003, “Best practices for convolutional neural networks applied to
/// visual document analysis”. The strengths are our own shares of the shorter side.
struct ElasticTransform: Effect {
  /// How far each of three points that fix the affine map moves at most along each axis, in pixels.
  var shift: Float
  /// The root of the mean square of the displacements along each axis, in pixels.
  var displacement: Float
  /// Of the Gaussian that makes them smooth, in pixels.
  var smoothness: Float

  init(at scale: SizeScale) {
    let row: (Float, Float, Float) = scale.strength(
      small: [
        (0.02, 0.010, 0.10), (0.03, 0.014, 0.08), (0.04, 0.018, 0.07), (0.05, 0.024, 0.06),
        (0.06, 0.030, 0.05),
      ],
      large: [
        (0.02, 0.002, 0.03), (0.03, 0.004, 0.03), (0.04, 0.006, 0.025), (0.05, 0.009, 0.025),
        (0.06, 0.012, 0.022),
      ])
    shift = scale.side(times: row.0)
    displacement = scale.side(times: row.1)
    smoothness = scale.side(times: row.2)
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    let (width, height) = (picture.width, picture.height)
    let arm = Float(min(width, height)) / 3
    let middle = (x: Float(width - 1) / 2, y: Float(height - 1) / 2)
    func moved(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
      (x + random.uniform(-shift...shift), y + random.uniform(-shift...shift))
    }
    let lowerRight = moved(middle.x + arm, middle.y + arm)
    let upperRight = moved(middle.x + arm, middle.y - arm)
    let upperLeft = moved(middle.x - arm, middle.y - arm)
    // Where one step along the columns and one along the rows lead in the source.
    let column = (
      x: (upperRight.x - upperLeft.x) / (2 * arm), y: (upperRight.y - upperLeft.y) / (2 * arm)
    )
    let row = (
      x: (lowerRight.x - upperRight.x) / (2 * arm), y: (lowerRight.y - upperRight.y) / (2 * arm)
    )
    let across = field(width: width, height: height, using: &random)
    let down = field(width: width, height: height, using: &random)
    return picture.sampled { x, y in
      let (fromRight, fromTop) = (Float(x) - middle.x - arm, Float(y) - middle.y + arm)
      let pixel = y * width + x
      return (
        upperRight.x + column.x * fromRight + row.x * fromTop + across[pixel],
        upperRight.y + column.y * fromRight + row.y * fromTop + down[pixel]
      )
    }
  }

  /// Smooth noise with the wanted mean square.
  private func field(width: Int, height: Int, using random: inout RandomNumbers) -> [Float] {
    let noise = RealPicture(
      width: width, height: height, channels: 1,
      samples: (0..<width * height).map { _ in random.uniform(-1...1) })
    let smooth = noise.convolved(with: Kernel.gaussian(smoothness)).samples
    let meanSquare = smooth.reduce(0) { $0 + $1 * $1 } / Float(smooth.count)
    let factor = displacement / max(meanSquare.squareRoot(), .leastNormalMagnitude)
    return smooth.map { $0 * factor }
  }
}
