import CImaging

extension Picture {
  /// The picture as a PNG file: 8 bits per channel, grey or RGB, no colour profile.
  ///
  /// Decoding gives back exactly the same samples.
  ///
  /// - Throws: ``ImagingError`` if memory runs out.
  public func pngData() throws(ImagingError) -> [UInt8] {
    var encoded = cimaging_buffer()
    defer { cimaging_buffer_free(&encoded) }
    try Self.withPNGMessage { message in
      cimaging_png_write(
        samples, UInt32(width), UInt32(height), UInt8(channels), &encoded, message)
    }
    return Array(UnsafeBufferPointer(start: encoded.bytes, count: encoded.count))
  }

  /// Decodes a PNG file.
  ///
  /// Palettes and 1, 2 or 4 bits are expanded, an opaque alpha channel is dropped, and gamma and
  /// colour profiles are left alone: the samples are those of the file.
  init(decodingPNG bytes: [UInt8], maximumPixels: Int) throws(ImagingError) {
    var header = cimaging_png_header()
    try Self.withPNGMessage { cimaging_png_read_header(bytes, bytes.count, &header, $0) }
    let width = Int(header.width)
    let height = Int(header.height)
    try Self.checkLimits(width: width, height: height, pixels: maximumPixels)
    guard header.bits_per_sample <= 8 else {
      throw ImagingError(.bitsPerChannel(Int(header.bits_per_sample)))
    }
    var samples = [UInt8](repeating: 0, count: width * height * Int(header.channels))
    try Self.withPNGMessage { message in
      cimaging_png_read_samples(bytes, bytes.count, &samples, samples.count, message)
    }
    let channels = header.channels > 2 ? 3 : 1
    if channels != header.channels {
      samples = try Self.droppingOpaqueAlpha(of: samples, colours: channels)
    }
    self.init(width: width, height: height, channels: channels, samples: samples)
  }

  private static func droppingOpaqueAlpha(
    of samples: [UInt8], colours: Int
  ) throws(ImagingError) -> [UInt8] {
    let alphas = stride(from: colours, to: samples.count, by: colours + 1)
    guard alphas.allSatisfy({ samples[$0] == 255 }) else { throw ImagingError(.translucent) }
    var remaining: [UInt8] = []
    remaining.reserveCapacity(alphas.underestimatedCount * colours)
    for alpha in alphas { remaining.append(contentsOf: samples[(alpha - colours)..<alpha]) }
    return remaining
  }

  /// Calls the PNG library; its words on failure become an error.
  private static func withPNGMessage(
    _ call: (UnsafeMutablePointer<CChar>) -> Bool
  ) throws(ImagingError) {
    var message = [CChar](repeating: 0, count: Int(CIMAGING_MESSAGE_CAPACITY))
    guard call(&message) else {
      let words = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw ImagingError(.damaged(.png, String(decoding: words, as: UTF8.self)))
    }
  }
}
