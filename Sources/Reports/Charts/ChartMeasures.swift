/// The sizes of a chart, in units of its view box.
enum ChartMeasures {
  static let width = 480.0
  static let height = 320.0
  /// Columns of the longest series name that is written in full.
  static let longestName = 24

  private static let columnWidth = 8.2
  private static let lineHeight = 16.0

  /// The rectangle of the axes.
  struct Frame {
    let left, right, top, bottom: Double
  }

  /// The frame that leaves room for names of so many columns at the right.
  static func frame(namesUpTo columns: Int) -> Frame {
    Frame(
      left: 52, right: width - 20 - columnWidth * Double(columns), top: 64, bottom: height - 48)
  }

  /// Heights of labels near the wanted ones, in the same order, none on top of another.
  static func spread(_ wanted: [Double], within range: ClosedRange<Double>) -> [Double] {
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    var heights = wanted
    for (upper, lower) in zip(order, order.dropFirst()) {
      heights[lower] = max(heights[lower], heights[upper] + lineHeight)
    }
    var limit = range.upperBound
    for index in order.reversed() {
      heights[index] = min(heights[index], limit)
      limit = heights[index] - lineHeight
    }
    return heights
  }
}

/// The sign at a point of a line.
enum SeriesMark: CaseIterable {
  case circle, square, triangle, diamond

  static func ofSeries(_ index: Int) -> SeriesMark { allCases[index % allCases.count] }

  /// The sign's outline around a place.
  func path(at place: LineChart.Point) -> String {
    let start = "M\(place.x.shortText) \(place.y.shortText)"
    return switch self {
    case .circle: start + "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
    case .square: start + "m-3.6 -3.6h7.2v7.2h-7.2z"
    case .triangle: start + "m0 -4.8l4.8 8.4h-9.6z"
    case .diamond: start + "m0 -5.2l5.2 5.2l-5.2 5.2l-5.2 -5.2z"
    }
  }
}

/// The dashes of a line.
enum SeriesDashes {
  private static let patterns = ["none", "7 4", "2 3.5", "9 3 2 3"]

  /// Another pattern for each of four series, and another pairing with the marks for the next four.
  static func pattern(ofSeries index: Int) -> String {
    patterns[(index + index / patterns.count) % patterns.count]
  }
}
