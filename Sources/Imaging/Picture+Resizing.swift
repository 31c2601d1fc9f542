extension Picture {
  /// The picture at another size, by antialiased bilinear interpolation.
  ///
  /// A triangle filter spans two source pixels when enlarging and two target pixels when
  /// shrinking. Columns come first, then rows, and the samples between are rounded to 8 bits, as in
  /// Pillow's `BILINEAR`; Pillow 13 takes rows first for some tall pictures, where samples of
  /// photographs then differed by at most 1. Nothing is converted to linear light.
  ///
  /// - Precondition: both sizes are positive.
  public func resized(width: Int, height: Int) -> Picture {
    resampled(
      columns: TriangleResampling(from: self.width, to: width, keeping: 0..<width),
      rows: TriangleResampling(from: self.height, to: height, keeping: 0..<height))
  }

  /// The middle of the picture at a size, with nothing stretched.
  ///
  /// The picture is resized until it just covers the target, its other side rounded down, and what
  /// sticks out is cut off: what torchvision's `Resize` and `CenterCrop` to the same square do.
  ///
  /// - Precondition: both sizes are positive.
  public func resizedAndCropped(toWidth width: Int, height: Int) -> Picture {
    let widthDecides = width * self.height >= height * self.width
    let coveringWidth = widthDecides ? width : self.width * height / self.height
    let coveringHeight = widthDecides ? self.height * width / self.width : height
    // Only what stays is computed: a very long picture costs no more than a square one.
    return resampled(
      columns: TriangleResampling(
        from: self.width, to: coveringWidth,
        keeping: Self.centredRange(of: width, in: coveringWidth)),
      rows: TriangleResampling(
        from: self.height, to: coveringHeight,
        keeping: Self.centredRange(of: height, in: coveringHeight)))
  }

  private func resampled(columns: TriangleResampling, rows: TriangleResampling) -> Picture {
    let source = cropped(columns: columns.sourceRange, rows: rows.sourceRange)
    let narrowed = columns.resampled(source.samples, outer: source.height, inner: channels)
    return Picture(
      width: columns.targetCount, height: rows.targetCount, channels: channels,
      samples: rows.resampled(narrowed, outer: 1, inner: columns.targetCount * channels))
  }
}
