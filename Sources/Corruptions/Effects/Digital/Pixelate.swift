import TensorModule

/// Fewer pixels, each the mean of the area that it covers, enlarged again to squares.
///
/// The published shares, but for the first of small pictures: 30 columns of 32 differ more from them
/// than 29.
struct Pixelate: Effect {
  /// How many columns and rows are left, as a share.
  var share: Double

  init(at scale: SizeScale) {
    share = scale.strength(
      small: [0.92, 0.9, 0.85, 0.75, 0.65], large: [0.6, 0.5, 0.4, 0.3, 0.25])
  }

  func applied(to picture: RealPicture, using random: inout RandomNumbers) -> RealPicture {
    let (width, height, channels) = (picture.width, picture.height, picture.channels)
    let columns = Axis(from: width, to: Int(Double(width) * share))
    let rows = Axis(from: height, to: Int(Double(height) * share))
    var coarse = [Float](repeating: 0, count: columns.count * rows.count * channels)
    for row in 0..<height {
      for (coarseRow, rowWeight) in rows.shares[row] {
        for column in 0..<width {
          for (coarseColumn, columnWeight) in columns.shares[column] {
            let from = (row * width + column) * channels
            let to = (coarseRow * columns.count + coarseColumn) * channels
            for channel in 0..<channels {
              coarse[to + channel] += rowWeight * columnWeight * picture.samples[from + channel]
            }
          }
        }
      }
    }
    var result = picture.samples
    for row in 0..<height {
      for column in 0..<width {
        let from = (rows.nearest(row) * columns.count + columns.nearest(column)) * channels
        let to = (row * width + column) * channels
        for channel in 0..<channels { result[to + channel] = coarse[from + channel] }
      }
    }
    return picture.with(result)
  }

  /// Columns or rows, and the fewer ones that they become.
  private struct Axis {
    let fine: Int
    let count: Int
    /// For each fine step the coarse steps that it lies in, with its weights in their means.
    let shares: [[(step: Int, weight: Float)]]

    init(from fine: Int, to count: Int) {
      self.fine = fine
      self.count = count
      let scale = Double(fine) / Double(count)
      shares = (0..<fine).map { step in
        let first = Int(Double(step) / scale)
        return (first...min(count - 1, first + 1)).compactMap { coarse in
          let start = max(Double(step), Double(coarse) * scale)
          let end = min(Double(step + 1), Double(coarse + 1) * scale)
          return end > start ? (coarse, Float((end - start) / scale)) : nil
        }
      }
    }

    /// The coarse step that holds the middle of a fine one.
    func nearest(_ step: Int) -> Int { (2 * step + 1) * count / (2 * fine) }
  }
}
