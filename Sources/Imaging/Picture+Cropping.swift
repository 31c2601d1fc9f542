extension Picture {
  /// A part of the picture.
  ///
  /// - Precondition: the ranges are not empty and lie within the picture.
  public func cropped(columns: Range<Int>, rows: Range<Int>) -> Picture {
    precondition(
      columns.lowerBound >= 0 && columns.upperBound <= width && rows.lowerBound >= 0
        && rows.upperBound <= height,
      "columns \(columns) and rows \(rows) of a picture of \(width)×\(height)")
    guard columns.count < width || rows.count < height else { return self }
    var remaining: [UInt8] = []
    remaining.reserveCapacity(columns.count * rows.count * channels)
    for row in rows {
      let start = (row * width + columns.lowerBound) * channels
      remaining.append(contentsOf: samples[start..<(start + columns.count * channels)])
    }
    return Picture(
      width: columns.count, height: rows.count, channels: channels, samples: remaining)
  }

  /// The middle of the picture.
  ///
  /// Where an odd number of pixels is cut off, the sides differ by one, as in torchvision's
  /// `CenterCrop`.
  ///
  /// - Precondition: the sizes are positive and no larger than the picture's.
  public func centreCropped(width: Int, height: Int) -> Picture {
    precondition(
      (1...self.width).contains(width) && (1...self.height).contains(height),
      "the middle \(width)×\(height) of a picture of \(self.width)×\(self.height)")
    return cropped(
      columns: Self.centredRange(of: width, in: self.width),
      rows: Self.centredRange(of: height, in: self.height))
  }

  /// The middle `count` of `total` steps; half a step is rounded to even, as Python rounds.
  static func centredRange(of count: Int, in total: Int) -> Range<Int> {
    let start = Int((Double(total - count) / 2).rounded(.toNearestOrEven))
    return start..<(start + count)
  }
}
