extension RealPicture {
  /// The picture seen through a map of places: each pixel takes what is where it is sent to,
  /// interpolated bilinearly and mirrored beyond the edges.
  ///
  /// - Parameter place: from column and row to column and row, which need not be whole.
  func sampled(at place: (_ column: Int, _ row: Int) -> (x: Float, y: Float)) -> RealPicture {
    var result = samples
    samples.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        var index = 0
        for row in 0..<height {
          for column in 0..<width {
            let (x, y) = place(column, row)
            let (left, top) = (x.rounded(.down), y.rounded(.down))
            let (across, down) = (x - left, y - top)
            let columns = (
              Self.mirrored(Int(left), below: width), Self.mirrored(Int(left) + 1, below: width)
            )
            let rows = (
              Self.mirrored(Int(top), below: height), Self.mirrored(Int(top) + 1, below: height)
            )
            let upperLeft = (rows.0 * width + columns.0) * channels
            let upperRight = (rows.0 * width + columns.1) * channels
            let lowerLeft = (rows.1 * width + columns.0) * channels
            let lowerRight = (rows.1 * width + columns.1) * channels
            for channel in 0..<channels {
              let upper =
                source[upperLeft + channel]
                + across * (source[upperRight + channel] - source[upperLeft + channel])
              let lower =
                source[lowerLeft + channel]
                + across * (source[lowerRight + channel] - source[lowerLeft + channel])
              target[index] = upper + down * (lower - upper)
              index += 1
            }
          }
        }
      }
    }
    return with(result)
  }

  /// The middle of the picture, enlarged to its size.
  func zoomed(by factor: Float) -> RealPicture {
    let middle = (x: Float(width - 1) / 2, y: Float(height - 1) / 2)
    return sampled { column, row in
      (
        middle.x + (Float(column) - middle.x) / factor, middle.y + (Float(row) - middle.y) / factor
      )
    }
  }
}
