import Imaging

/// Pictures of one size beside and below each other, in one picture: to look at, and to keep them.
struct PictureSheet {
  /// How many stand beside each other.
  static let columns = 40

  /// The pictures, row by row.
  let pictures: [Picture]

  /// How many pixels a sheet has; nothing if there are more than can be counted.
  static func pixelCount(of count: Int, each width: Int, _ height: Int) -> Int? {
    let columns = min(Self.columns, count)
    let places = (count / columns + 1).multipliedReportingOverflow(by: columns)
    let area = width.multipliedReportingOverflow(by: height)
    let pixels = places.partialValue.multipliedReportingOverflow(by: area.partialValue)
    return [places, area, pixels].contains(where: \.overflow) ? nil : pixels.partialValue
  }

  /// The sheet as one picture; what is left of the last row is black.
  ///
  /// - Precondition: there are pictures, all of one size.
  func drawn() -> Picture {
    let first = pictures[0]
    let columns = min(Self.columns, pictures.count)
    let rows = (pictures.count + columns - 1) / columns
    let line = first.width * first.channels
    var samples = [UInt8](repeating: 0, count: rows * columns * first.samples.count)
    for (number, picture) in pictures.enumerated() {
      precondition(picture.samples.count == first.samples.count, "pictures of one size")
      let (row, column) = number.quotientAndRemainder(dividingBy: columns)
      for y in 0..<first.height {
        let start = ((row * first.height + y) * columns + column) * line
        samples.replaceSubrange(
          start..<(start + line), with: picture.samples[(y * line)..<((y + 1) * line)])
      }
    }
    return Picture(
      width: columns * first.width, height: rows * first.height, channels: first.channels,
      samples: samples)
  }

  init(_ pictures: [Picture]) {
    self.pictures = pictures
  }

  /// The first pictures of a sheet that was drawn; nothing if it does not hold so many of that size.
  init?(reading sheet: Picture, count: Int, width: Int, height: Int, channels: Int) {
    guard count > 0, sheet.channels == channels, width > 0, height > 0 else { return nil }
    let columns = min(Self.columns, count)
    let rows = (count + columns - 1) / columns
    guard sheet.width == columns * width, sheet.height == rows * height else { return nil }
    let line = width * channels
    pictures = (0..<count).map { number in
      let (row, column) = number.quotientAndRemainder(dividingBy: columns)
      let samples = (0..<height).flatMap { y in
        let start = ((row * height + y) * columns + column) * line
        return sheet.samples[start..<(start + line)]
      }
      return Picture(width: width, height: height, channels: channels, samples: samples)
    }
  }
}
