import CZlib

/// A PNG file put together chunk by chunk, so that tests can write what no encoder of ours writes.
struct PNGFile {
  var width: Int
  var height: Int
  var bits = 8
  /// 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.
  var colourType: UInt8 = 0
  var interlaced = false
  var palette: [UInt8]?
  var transparency: [UInt8]?
  /// Every row of every pass: a filter byte, then packed samples.
  var rows: [UInt8]

  var bytes: [UInt8] {
    let header =
      bigEndian(width) + bigEndian(height)
      + [UInt8(bits), colourType, 0, 0, interlaced ? 1 : 0]
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", header)
    if let palette { file += chunk("PLTE", palette) }
    if let transparency { file += chunk("tRNS", transparency) }
    return file + chunk("IDAT", compressed(rows)) + chunk("IEND", [])
  }

  private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let checked = Array(name.utf8) + content
    return bigEndian(content.count) + checked
      + bigEndian(Int(crc32(0, checked, uInt(checked.count))))
  }

  private func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(uLong(bytes.count))
    var target = [UInt8](repeating: 0, count: Int(count))
    compress(&target, &count, bytes, uLong(bytes.count))
    return Array(target.prefix(Int(count)))
  }
}
