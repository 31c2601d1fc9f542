extension Picture {
  /// Decodes a PNG or JPEG file.
  ///
  /// The format is told by the content. The samples are those of the file: no gamma or colour
  /// profile is applied. A JPEG's EXIF orientation is: the picture comes out upright.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - maximumPixels: how many pixels may be decoded; memory is only taken for that many.
  /// - Throws: ``ImagingError``; nothing that a file can hold traps.
  public init(
    decoding bytes: [UInt8], maximumPixels: Int = Picture.maximumPixels
  ) throws(ImagingError) {
    switch PictureFormat(startOf: bytes) {
    case .png: try self.init(decodingPNG: bytes, maximumPixels: maximumPixels)
    case .jpeg: try self.init(decodingJPEG: bytes, maximumPixels: maximumPixels)
    case nil: throw ImagingError(.notAPicture)
    }
  }

  /// Reads a PNG or JPEG file, as ``init(decoding:maximumPixels:)`` does.
  ///
  /// - Throws: ``ImagingError`` that names the path; a reason of
  ///   ``ImagingError/Reason/missing`` if there is no such file.
  public init(contentsOf path: String) throws(ImagingError) {
    let bytes: [UInt8]
    do {
      bytes = try PlainFile.bytes(at: path)
    } catch {
      switch error {
      case .missing: throw ImagingError(.missing, path: path)
      case .refused(let words): throw ImagingError(.unreadable(words), path: path)
      }
    }
    do {
      try self.init(decoding: bytes)
    } catch {
      throw ImagingError(error.reason, path: path)
    }
  }

  /// Writes the picture as a PNG file that appears whole or not at all.
  ///
  /// - Throws: ``ImagingError`` that names the path.
  public func write(toPNG path: String) throws(ImagingError) {
    do throws(ImagingError) {
      let data = try pngData()
      do {
        try PlainFile.write(data, to: path)
      } catch {
        switch error {
        case .missing: throw ImagingError(.unwritable("its folder does not exist"))
        case .refused(let words): throw ImagingError(.unwritable(words))
        }
      }
    } catch {
      throw ImagingError(error.reason, path: path)
    }
  }
}
