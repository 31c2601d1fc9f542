import TensorModule

/// Clouds: a surface that wraps around, rough on all scales.
///
/// The diamond-square algorithm of Fournier, Fussell and Carpenter 1982, “Computer rendering of
/// stochastic models”.
struct PlasmaFractal {
  /// Columns and rows, a power of two.
  let side: Int
  /// Heights in 0…1, with both ends taken.
  private(set) var heights: [Float]

  /// Clouds that cover so many pixels.
  ///
  /// - Parameter decay: by what the roughness of one scale is less than that of the next larger one.
  init(covering extent: Int, decay: Float, using random: inout RandomNumbers) {
    var side = 2
    while side < extent { side *= 2 }
    self.side = side
    heights = [Float](repeating: 0, count: side * side)
    var roughness: Float = 1
    var step = side
    while step >= 2 {
      let half = step / 2
      for row in stride(from: half, to: side, by: step) {
        for column in stride(from: half, to: side, by: step) {
          let mean =
            (self[column - half, row - half] + self[column + half, row - half]
              + self[column - half, row + half] + self[column + half, row + half]) / 4
          self[column, row] = mean + random.uniform(-roughness...roughness)
        }
      }
      for row in stride(from: 0, to: side, by: half) {
        let first = (row / half).isMultiple(of: 2) ? half : 0
        for column in stride(from: first, to: side, by: step) {
          let mean =
            (self[column - half, row] + self[column + half, row] + self[column, row - half]
              + self[column, row + half]) / 4
          self[column, row] = mean + random.uniform(-roughness...roughness)
        }
      }
      step = half
      roughness /= decay
    }
    let (lowest, highest) = heights.reduce((Float.infinity, -Float.infinity)) {
      (min($0.0, $1), max($0.1, $1))
    }
    let range = max(highest - lowest, .leastNormalMagnitude)
    for index in heights.indices { heights[index] = (heights[index] - lowest) / range }
  }

  /// The height at a place, around the edges where it lies outside.
  subscript(column: Int, row: Int) -> Float {
    get { heights[(row & (side - 1)) * side + (column & (side - 1))] }
    set { heights[(row & (side - 1)) * side + (column & (side - 1))] = newValue }
  }
}
