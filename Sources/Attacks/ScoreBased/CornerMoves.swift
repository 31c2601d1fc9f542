import TensorModule
import ThreatModels

/// The moves of the square attack for L∞: every pixel is at one of its two bounds.
///
/// Moving a window by ±2ε and projecting onto the ball, as the paper has it, leads to the bounds from
/// wherever the window was.
struct CornerMoves: SquareMoves {
  /// How often a window that changes nothing is drawn anew.
  private static let draws = 10

  private let channels: Int
  private let height: Int
  private let width: Int
  private let lower: [Float]
  private let upper: [Float]
  private var side = 1

  /// The moves around the pictures of a batch.
  init(around images: Tensor, in feasible: FeasibleSet) {
    let shape = images.shape
    (channels, height, width) = (shape[1], shape[2], shape[3])
    lower = feasible.realized(images.filled(with: 0)).floats()
    upper = feasible.realized(images.filled(with: 1)).floats()
  }

  /// Windows whose area is a share of the picture.
  mutating func cover(_ share: Double) {
    let wanted = (share * Double(height * width)).squareRoot().rounded()
    side = min(max(Int(wanted), 1), height, width)
  }

  /// Vertical stripes, one column wide.
  func start(
    _ points: inout [Float], at offset: Int, row: Int, using numbers: inout RandomNumbers
  ) {
    let origin = row * channels * height * width
    for channel in 0..<channels {
      let stripes = (0..<width).map { _ in Bool.random(using: &numbers) }
      for line in 0..<height {
        for (column, isRaised) in stripes.enumerated() {
          let index = (channel * height + line) * width + column
          points[offset + index] = isRaised ? upper[origin + index] : lower[origin + index]
        }
      }
    }
  }

  /// One window at one of the bounds in each channel.
  func move(
    _ points: inout [Float], at offset: Int, row: Int, using numbers: inout RandomNumbers
  ) {
    let origin = row * channels * height * width
    for _ in 0..<Self.draws {
      let top = Int.random(in: 0...(height - side), using: &numbers)
      let left = Int.random(in: 0...(width - side), using: &numbers)
      var changes = false
      for channel in 0..<channels {
        let bounds = Bool.random(using: &numbers) ? upper : lower
        for line in top..<(top + side) {
          let first = (channel * height + line) * width + left
          let place = (offset + first)..<(offset + first + side)
          let values = bounds[(origin + first)..<(origin + first + side)]
          changes = changes || points[place] != values
          points.replaceSubrange(place, with: values)
        }
      }
      if changes { return }
    }
  }
}
