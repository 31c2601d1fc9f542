/// What all charts look like, in light and in dark.
///
/// The four colours are those of Okabe and Ito, darkened or lightened until text in them can be
/// read.
enum ChartStyle {
  private static let onLight = ["#00629e", "#b84a00", "#00735a", "#8c3c6e"]
  private static let onDark = ["#7cc0f4", "#ff9d5c", "#4fd0a8", "#e79fc9"]

  /// The rules for the charts of one class.
  static func source(of chart: String) -> String {
    """
    .\(chart) { font: 13px system-ui, sans-serif }
    .\(chart) .surface { fill: #ffffff }
    .\(chart) text { fill: #20242a; stroke: none }
    .\(chart) .title { font-size: 15px; font-weight: 600 }
    .\(chart) .tick, .\(chart) .axis-label { fill: #5a626c; font-size: 12px }
    .\(chart) .grid { stroke: #e1e3e6 }
    .\(chart) .axis { stroke: #8a9199; fill: none }
    \(series(of: chart, onLight))
    @media screen and (prefers-color-scheme: dark) {
    .\(chart) .surface { fill: #1d2126 }
    .\(chart) text { fill: #e8eaed }
    .\(chart) .tick, .\(chart) .axis-label { fill: #a9b0b8 }
    .\(chart) .grid { stroke: #343a41 }
    .\(chart) .axis { stroke: #7b838c }
    \(series(of: chart, onDark))
    }
    """
  }

  private static func series(of chart: String, _ colours: [String]) -> String {
    colours.enumerated().map { index, colour in
      """
      .\(chart) .series-\(index), .\(chart) .series-\(index) .name { fill: \(colour) }
      .\(chart) .series-\(index) { stroke: \(colour) }
      """
    }.joined(separator: "\n")
  }
}
