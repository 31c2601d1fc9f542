import Foundation

/// What each pixel takes from its neighbours: weights that sum to one.
struct Kernel {
  /// A neighbour and its weight.
  struct Tap {
    var column: Int
    var row: Int
    var weight: Float
  }

  let taps: [Tap]

  /// A kernel of weights in proportion to those given; those that change nothing are left out.
  init(_ taps: [Tap]) {
    let least = 1e-6 * (taps.map(\.weight).max() ?? 0)
    let kept = taps.filter { $0.weight > least }
    let sum = kept.reduce(0) { $0 + Double($1.weight) }
    self.taps = kept.map {
      Tap(column: $0.column, row: $0.row, weight: Float(Double($0.weight) / sum))
    }
  }

  /// The neighbours in a square around the pixel, weighed by their place.
  init(radius: Int, weight: (_ column: Int, _ row: Int) -> Float) {
    self.init(
      (-radius...radius).flatMap { row in
        (-radius...radius).map { Tap(column: $0, row: row, weight: weight($0, row)) }
      })
  }

  /// The two passes of a Gaussian blur, cut off after four standard deviations; nothing for widths
  /// that change nothing.
  static func gaussian(_ deviation: Float) -> [Kernel] {
    let radius = Int((4 * deviation).rounded())
    guard radius > 0 else { return [] }
    let weights = (-radius...radius).map { exp(-Float($0 * $0) / (2 * deviation * deviation)) }
    return [
      Kernel(zip(-radius...radius, weights).map { Tap(column: $0, row: 0, weight: $1) }),
      Kernel(zip(-radius...radius, weights).map { Tap(column: 0, row: $0, weight: $1) }),
    ]
  }

  /// A disc whose edge is softened by the area that it covers and by a Gaussian of 3×3 pixels.
  static func disc(radius: Float, softness: Float) -> Kernel {
    let reach = Int((radius + 0.5).rounded(.up))
    let extent = 2 * reach + 1
    let subpixels = 8
    var coverage = [Float](repeating: 0, count: extent * extent)
    for row in 0..<extent * subpixels {
      for column in 0..<extent * subpixels {
        let x = (Float(column) + 0.5) / Float(subpixels) - Float(extent) / 2
        let y = (Float(row) + 0.5) / Float(subpixels) - Float(extent) / 2
        if x * x + y * y <= radius * radius {
          coverage[(row / subpixels) * extent + column / subpixels] += 1
        }
      }
    }
    func gaussian(_ column: Int, _ row: Int) -> Float {
      exp(-Float(column * column + row * row) / (2 * softness * softness))
    }
    return Kernel(radius: reach + 1) { column, row in
      var sum: Float = 0
      for y in max(-reach, row - 1)...min(reach, row + 1) where abs(row) <= reach + 1 {
        for x in max(-reach, column - 1)...min(reach, column + 1) {
          sum +=
            coverage[(y + reach) * extent + x + reach] * gaussian(column - x, row - y)
        }
      }
      return sum
    }
  }

  /// A streak from the pixel on, fading like one half of a Gaussian.
  ///
  /// - Parameters:
  ///   - length: where it ends, in pixels.
  ///   - deviation: the Gaussian's, in pixels.
  ///   - angle: from the columns' direction towards the rows', in radians.
  static func streak(length: Float, deviation: Float, angle: Float) -> Kernel {
    let count = max(1, Int(length.rounded()))
    let reach = count + 1
    let extent = 2 * reach + 1
    var weights = [Float](repeating: 0, count: extent * extent)
    for step in 0...count {
      let weight = exp(-Float(step * step) / (2 * deviation * deviation))
      let (x, y) = (Float(step) * cos(angle), Float(step) * sin(angle))
      let (left, top) = (x.rounded(.down), y.rounded(.down))
      let (across, down) = (x - left, y - top)
      let corner = (Int(top) + reach) * extent + Int(left) + reach
      weights[corner] += weight * (1 - across) * (1 - down)
      weights[corner + 1] += weight * across * (1 - down)
      weights[corner + extent] += weight * (1 - across) * down
      weights[corner + extent + 1] += weight * across * down
    }
    return Kernel(radius: reach) { column, row in
      weights[(row + reach) * extent + column + reach]
    }
  }
}
