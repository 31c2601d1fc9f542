import Imaging

extension Picture {
  /// Fills a rectangle; what lies outside the picture is left out.
  mutating func fill(columns: Range<Int>, rows: Range<Int>, with colour: Colour) {
    let samples = colour.samples(channels: channels)
    let columns = columns.clamped(to: 0..<width)
    for row in rows.clamped(to: 0..<height) {
      for column in columns { setPixel(column: column, row: row, to: samples[...]) }
    }
  }

  /// Draws another picture with its corner at a pixel, each of its pixels a square of `factor`.
  ///
  /// - Precondition: this picture has three channels and room for the other one.
  mutating func draw(_ other: Picture, column: Int, row: Int, enlargedBy factor: Int) {
    precondition(channels == 3, "drawing is for colour pictures")
    for y in 0..<other.height * factor {
      for x in 0..<other.width * factor {
        let start = (y / factor * other.width + x / factor) * other.channels
        let pixel = other.samples[start..<start + other.channels]
        let colour = other.channels == 3 ? pixel : [pixel[start], pixel[start], pixel[start]]
        setPixel(column: column + x, row: row + y, to: colour)
      }
    }
  }

  private mutating func setPixel(column: Int, row: Int, to pixel: ArraySlice<UInt8>) {
    let start = (row * width + column) * channels
    for (channel, sample) in pixel.enumerated() { samples[start + channel] = sample }
  }
}
