import TensorModule

/// Pixels change places with near ones, between two Gaussian blurs.
///
/// The published strengths for large pictures. Those for small ones do not grow, so there the share of
/// pixels that move does.
struct GlassBlur: Effect {
  /// Of the two blurs, in pixels.
  var deviation: Float
  /// How many columns and rows a pixel moves at most; between whole numbers, the last step is rarer.
  var reach: Float
  /// How often all pixels are gone through.
  var rounds: Int
  /// The chance that a pixel moves in a round.
  var share: Double

  init(at scale: SizeScale) {
    let row: (deviation: Float, reach: Float, rounds: Int, share: Double) = scale.strength(
      small: [
        (0.4, 1, 1, 0.3), (0.4, 1, 1, 0.5), (0.4, 1, 1, 0.75), (0.4, 1, 1, 1), (0.4, 1, 2, 1),
      ],
      large: [(0.7, 1, 2, 1), (0.9, 2, 1, 1), (1, 2, 3, 1), (1.1, 3, 2, 1), (1.5, 4, 2, 1)])
    deviation = scale.length(row.deviation)
    reach = scale.length(row.reach)
    rounds = row.rounds
    share = row.share
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    let blur = Kernel.gaussian(deviation)
    var shuffled = picture.convolved(with: blur)
    let channels = picture.channels
    let margin = Int((reach + 0.5).nextDown.rounded())
    for _ in 0..<rounds {
      for row in margin..<picture.height - margin {
        for column in margin..<picture.width - margin where random.unit() < share {
          let otherColumn = column + step(using: &random)
          let otherRow = row + step(using: &random)
          let place = (row * picture.width + column) * channels
          let other = (otherRow * picture.width + otherColumn) * channels
          for channel in 0..<channels {
            shuffled.samples.swapAt(place + channel, other + channel)
          }
        }
      }
    }
    return shuffled.convolved(with: blur)
  }

  /// How far a pixel moves along one axis: each whole number within the reach is as likely.
  private func step(using random: inout RandomNumbers) -> Int {
    let half = (reach + 0.5).nextDown
    return Int(random.uniform(-half...half).rounded())
  }
}
