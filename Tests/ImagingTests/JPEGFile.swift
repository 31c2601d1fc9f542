import CTurboJPEG
import Imaging

/// JPEG files for tests: the library's own encoder, and an EXIF segment written by hand.
enum JPEGFile {
  /// A JPEG of top quality without chroma subsampling.
  static func encoding(_ picture: Picture) -> [UInt8] {
    encoding(
      picture.samples, width: picture.width, height: picture.height,
      format: picture.channels == 1 ? TJPF_GRAY : TJPF_RGB,
      subsampling: picture.channels == 1 ? TJSAMP_GRAY : TJSAMP_444)
  }

  /// A JPEG of four inks.
  static func encodingInks(width: Int, height: Int) -> [UInt8] {
    encoding(
      [UInt8](repeating: 90, count: width * height * 4), width: width, height: height,
      format: TJPF_CMYK, subsampling: TJSAMP_444)
  }

  private static func encoding(
    _ samples: [UInt8], width: Int, height: Int, format: TJPF, subsampling: TJSAMP
  ) -> [UInt8] {
    let encoder = tjInitCompress()
    defer { tjDestroy(encoder) }
    var file: UnsafeMutablePointer<UInt8>?
    var count: CUnsignedLong = 0
    defer { tjFree(file) }
    tjCompress2(
      encoder, samples, CInt(width), 0, CInt(height), CInt(format.rawValue), &file, &count,
      CInt(subsampling.rawValue), 100, 0)
    return Array(UnsafeBufferPointer(start: file, count: Int(count)))
  }

  /// The file with an EXIF segment of one entry: the orientation.
  static func declaring(orientation: UInt8, in file: [UInt8], littleEndian: Bool) -> [UInt8] {
    let exif: [UInt8] =
      littleEndian
      ? [
        0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0,
        0, 0, 0,
      ]
      : [
        0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0,
        0, 0, 0,
      ]
    let content = Array("Exif\0\0".utf8) + exif
    let segment: [UInt8] = [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content
    return Array(file.prefix(2)) + segment + file.dropFirst(2)
  }
}
