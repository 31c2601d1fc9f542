/// An 8-bit picture: what a file holds after decoding and what a screen shows.
///
/// Samples are interleaved, row by row from the top: for a colour picture `r g b r g b …`.
public struct Picture: Hashable, Sendable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Samples per pixel: 1 (grey) or 3 (red, green, blue in sRGB).
  public let channels: Int
  /// `width × height × channels` samples, each 0…255.
  public var samples: [UInt8]

  /// A picture from its samples.
  ///
  /// - Precondition: the sizes are positive, `channels` is 1 or 3, and the count of samples agrees.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    precondition(channels == 1 || channels == 3, "grey or RGB, not \(channels) channels")
    precondition(
      samples.count == width * height * channels,
      "\(samples.count) samples for \(width)×\(height)×\(channels)")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// A picture of one colour.
  ///
  /// - Parameters:
  ///   - width: columns.
  ///   - height: rows.
  ///   - colour: one sample per channel.
  public init(width: Int, height: Int, filledWith colour: [UInt8]) {
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height * colour.count)
    for _ in 0..<(width * height) { samples.append(contentsOf: colour) }
    self.init(width: width, height: height, channels: colour.count, samples: samples)
  }
}
