import CExif

/// How a camera was held: the value of EXIF tag 0x0112.
///
/// The names say where the stored picture's first row and first column are when it is upright.
enum Orientation: Int, CaseIterable {
  case topLeft = 1
  case topRight, bottomRight, bottomLeft, leftTop, rightTop, rightBottom, leftBottom

  /// The orientation that a JPEG file declares; upright if it declares none, or nonsense.
  init(ofJPEG bytes: [UInt8]) {
    self = .topLeft
    guard let data = exif_data_new_from_data(bytes, UInt32(clamping: bytes.count)) else { return }
    defer { exif_data_unref(data) }
    let order = exif_data_get_byte_order(data)
    guard
      let entry = exif_content_get_entry(data.pointee.ifd.0, EXIF_TAG_ORIENTATION),
      entry.pointee.format == EXIF_FORMAT_SHORT, entry.pointee.components == 1,
      entry.pointee.size >= 2, let value = entry.pointee.data,
      let declared = Self(rawValue: Int(exif_get_short(value, order)))
    else { return }
    self = declared
  }

  /// The picture turned and mirrored until it is upright.
  func uprighting(_ picture: Picture) -> Picture {
    guard self != .topLeft else { return picture }
    let swapsAxes = rawValue >= Self.leftTop.rawValue
    let mirrorsColumns = [.topRight, .bottomRight, .rightBottom, .leftBottom].contains(self)
    let mirrorsRows = [.bottomRight, .bottomLeft, .rightTop, .rightBottom].contains(self)
    let width = swapsAxes ? picture.height : picture.width
    let height = swapsAxes ? picture.width : picture.height
    var samples: [UInt8] = []
    samples.reserveCapacity(picture.samples.count)
    for y in 0..<height {
      for x in 0..<width {
        let column = swapsAxes ? y : x
        let row = swapsAxes ? x : y
        let storedColumn = mirrorsColumns ? picture.width - 1 - column : column
        let storedRow = mirrorsRows ? picture.height - 1 - row : row
        let start = (storedRow * picture.width + storedColumn) * picture.channels
        samples.append(contentsOf: picture.samples[start..<(start + picture.channels)])
      }
    }
    return Picture(width: width, height: height, channels: picture.channels, samples: samples)
  }
}
