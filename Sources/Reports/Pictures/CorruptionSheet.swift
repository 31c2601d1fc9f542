public import Corruptions
public import Imaging
public import TensorModule

/// A picture in all corruptions and severities: a row for each corruption, the original at its left.
public struct CorruptionSheet: Hashable, Sendable {
  /// The finished sheet, in colour.
  public let picture: Picture

  /// A sheet.
  ///
  /// - Parameters:
  ///   - original: at least `Corruption.smallestSide` pixels wide and high; small ones are enlarged
  ///     by a whole factor.
  ///   - key: names the randomness, as in `Corruption.corrupted(_:severity:key:)`.
  /// - Throws: `ImagingError` when JPEG refuses the picture.
  public init(
    of original: Picture, corruptions: [Corruption] = Corruption.allCases, key: RandomKey
  ) throws(ImagingError) {
    let factor = max(1, 96 / max(original.width, original.height))
    let gap = 6
    let letters = Lettering(scale: 2, colour: .ink)
    let heading = letters.capitalHeight + 2 * gap
    let labelWidth =
      (corruptions.map { letters.width(of: $0.rawValue) }.max() ?? 0) + 2 * gap
    let (columnWidth, rowHeight) = (
      original.width * factor + gap, original.height * factor + gap
    )
    let severities = [0] + Corruption.severities
    var sheet = Picture(
      width: labelWidth + severities.count * columnWidth,
      height: heading + corruptions.count * rowHeight,
      filledWith: Colour.paper.samples(channels: 3))
    for (column, severity) in severities.enumerated() {
      sheet.write(
        severity == 0 ? "original" : "\(severity)", column: labelWidth + column * columnWidth,
        row: gap, lettering: letters)
    }
    for (index, corruption) in corruptions.enumerated() {
      let top = heading + index * rowHeight
      sheet.write(
        corruption.rawValue, column: gap,
        row: top + (original.height * factor - letters.capitalHeight) / 2, lettering: letters)
      for (column, severity) in severities.enumerated() {
        sheet.draw(
          try corruption.corrupted(original, severity: severity, key: key),
          column: labelWidth + column * columnWidth, row: top, enlargedBy: factor)
      }
    }
    picture = sheet
  }
}
