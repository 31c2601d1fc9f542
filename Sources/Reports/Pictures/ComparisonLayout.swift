import Imaging

/// Where the parts of a comparison picture are, in pixels.
struct ComparisonLayout {
  /// Pixels of the sheet per pixel of a panel.
  let factor: Int
  /// The size of the letters.
  let scale: Int
  /// The room for a panel and its captions; a narrow picture leaves some of it free.
  let panelWidth: Int
  let panelHeight: Int

  /// The size that small pictures are enlarged to, about.
  private static let usualSize = 224

  init(panelsOf picture: Picture) {
    let longerSide = max(picture.width, picture.height)
    factor = max(1, Int((Double(Self.usualSize) / Double(longerSide)).rounded()))
    scale = max(2, longerSide * factor / 160)
    panelWidth = max(picture.width * factor, 100 * scale)
    panelHeight = picture.height * factor
  }

  var margin: Int { 8 * scale }
  var lineHeight: Int { 13 * scale }
  var faint: Lettering { Lettering(scale: scale, colour: .faintInk) }

  var panelTop: Int { margin + lineHeight }
  var captionTop: Int { panelTop + panelHeight + 8 * scale }
  var width: Int { 4 * margin + 3 * panelWidth }
  var height: Int { captionTop + lineHeight + faint.height + margin }

  func left(ofPanel index: Int) -> Int { margin + index * (panelWidth + margin) }
}
