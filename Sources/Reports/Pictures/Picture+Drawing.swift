import Imaging

extension Picture {
  /// Fills a rectangle; what lies outside the picture is left out.
  mutating func fill(columns: Range<Int>, rows: Range<Int>, with colour: Colour) {
    let columns = columns.clamped(to: 0..<width)
    let pixel = colour.samples(channels: channels)
    let run = columns.flatMap { _ in pixel }
    for row in rows.clamped(to: 0..<height) { place(run, column: columns.lowerBound, row: row) }
  }

  /// Draws another picture with its corner at a pixel, each of its pixels a square of `factor`.
  ///
  /// - Precondition: this picture has three channels and room for the other one.
  mutating func draw(_ other: Picture, column: Int, row: Int, enlargedBy factor: Int) {
    precondition(channels == 3, "drawing is for colour pictures")
    for otherRow in 0..<other.height {
      let run = other.enlargedRow(otherRow, by: factor)
      for repetition in 0..<factor {
        place(run, column: column, row: row + otherRow * factor + repetition)
      }
    }
  }

  /// A row in colour, each pixel `factor` times.
  private func enlargedRow(_ row: Int, by factor: Int) -> [UInt8] {
    var run: [UInt8] = []
    run.reserveCapacity(width * factor * 3)
    for start in stride(
      from: row * width * channels, to: (row + 1) * width * channels, by: channels)
    {
      let pixel = (samples[start], samples[start + channels / 2], samples[start + channels - 1])
      for _ in 0..<factor {
        run.append(pixel.0)
        run.append(pixel.1)
        run.append(pixel.2)
      }
    }
    return run
  }

  private mutating func place(_ run: [UInt8], column: Int, row: Int) {
    let start = (row * width + column) * channels
    samples.replaceSubrange(start..<start + run.count, with: run)
  }
}
