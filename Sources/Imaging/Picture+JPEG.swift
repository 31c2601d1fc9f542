import CTurboJPEG

extension Picture {
  /// Decodes a JPEG file with the accurate inverse transform and smooth chroma upsampling.
  init(decodingJPEG bytes: [UInt8], maximumPixels: Int) throws(ImagingError) {
    guard let decoder = tjInitDecompress() else {
      throw Self.jpegError(of: nil)
    }
    defer { tjDestroy(decoder) }
    var columns: CInt = 0
    var rows: CInt = 0
    var subsampling: CInt = 0
    var colourSpace: CInt = 0
    guard
      tjDecompressHeader3(
        decoder, bytes, CUnsignedLong(bytes.count), &columns, &rows, &subsampling, &colourSpace)
        == 0
    else { throw Self.jpegError(of: decoder) }
    let width = Int(columns)
    let height = Int(rows)
    try Self.checkLimits(width: width, height: height, pixels: maximumPixels)
    let isGrey = colourSpace == TJCS_GRAY.rawValue
    guard isGrey || colourSpace == TJCS_YCbCr.rawValue || colourSpace == TJCS_RGB.rawValue else {
      throw ImagingError(.fourInks)
    }
    let channels = isGrey ? 1 : 3
    let format = isGrey ? TJPF_GRAY : TJPF_RGB
    var samples = [UInt8](repeating: 0, count: width * height * channels)
    // A warning stops too: it means that pixels were guessed.
    guard
      tjDecompress2(
        decoder, bytes, CUnsignedLong(bytes.count), &samples, columns, 0, rows,
        CInt(format.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) == 0
    else { throw Self.jpegError(of: decoder) }
    let picture = Picture(width: width, height: height, channels: channels, samples: samples)
    self = Orientation(ofJPEG: bytes).uprighting(picture)
  }

  private static func jpegError(of decoder: tjhandle?) -> ImagingError {
    ImagingError(.damaged(.jpeg, String(cString: tjGetErrorStr2(decoder))))
  }

  /// The picture as a baseline JPEG file, with the accurate transform.
  ///
  /// Colours are kept at half the resolution, as most programs do.
  ///
  /// - Parameter quality: 1…100, libjpeg's scale.
  /// - Precondition: the quality is in its range.
  /// - Throws: ``ImagingError`` if memory runs out.
  public func jpegData(quality: Int) throws(ImagingError) -> [UInt8] {
    precondition((1...100).contains(quality), "a quality of \(quality)")
    guard let encoder = tjInitCompress() else { throw Self.jpegError(of: nil) }
    defer { tjDestroy(encoder) }
    var file: UnsafeMutablePointer<UInt8>?
    var count: CUnsignedLong = 0
    defer { tjFree(file) }
    let isGrey = channels == 1
    let format = isGrey ? TJPF_GRAY : TJPF_RGB
    let subsampling = isGrey ? TJSAMP_GRAY : TJSAMP_420
    guard
      tjCompress2(
        encoder, samples, CInt(width), 0, CInt(height), CInt(format.rawValue), &file, &count,
        CInt(subsampling.rawValue), CInt(quality), TJFLAG_ACCURATEDCT) == 0
    else { throw Self.jpegError(of: encoder) }
    return Array(UnsafeBufferPointer(start: file, count: Int(count)))
  }
}
