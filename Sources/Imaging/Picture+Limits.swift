extension Picture {
  /// The largest number of pixels that is read from a file.
  public static let maximumPixels = 100_000_000

  /// The largest width or height that is read from a file; it is also JPEG's own limit.
  public static let maximumSide = 65_535

  /// Refuses sizes that no honest picture has, before memory is taken for them.
  package static func checkLimits(
    width: Int, height: Int, pixels: Int = maximumPixels
  ) throws(ImagingError) {
    guard width <= maximumSide, height <= maximumSide, width * height <= pixels else {
      throw ImagingError(.tooLarge(width: width, height: height))
    }
  }
}
