import Mustache

extension DotChart {
  /// The chart as an SVG document, fit for a file of its own and for a place in a page.
  public var svg: String { DotChartTemplate.template.render(DotChartDrawing(self)) }
}

/// A dot chart as the template wants it: every place computed, every number written.
private struct DotChartDrawing {
  let title, summary, axisLabel: String
  let width, height, left, right, top, bottom, belowTicks, middle, nameRight: String
  let ticks: [Tick]
  let legend: [LegendEntry]
  let rows: [Row]

  struct Tick {
    let place, text: String
  }

  struct LegendEntry {
    let name, style, mark, textLeft: String
  }

  struct Row {
    let name, fullName, figure, baseline, place: String
    let dots: [Dot]
  }

  struct Dot {
    let style, mark: String
    let whisker: String?
  }

  private static let rowHeight = 22.0
  private static let columnWidth = 7.3
  private static let legendRow = 47.0

  init(_ chart: DotChart) {
    let names = chart.rows.map { $0.name.safe }
    let shortNames = names.map { $0.shortened(toColumns: ChartMeasures.longestName) }
    let frameLeft = 26 + Self.columnWidth * Double(shortNames.map(\.columns).max() ?? 0)
    let frameRight = ChartMeasures.width - 62
    let frameTop = chart.series.count > 1 ? 62.0 : 42.0
    let frameBottom = frameTop + Self.rowHeight * Double(max(1, names.count))

    func place(_ share: Double) -> Double {
      frameLeft + min(1, max(0, share)) * (frameRight - frameLeft)
    }

    title = chart.title.safe
    summary = chart.summary.safe
    axisLabel = chart.axisLabel.safe
    width = ChartMeasures.width.shortText
    height = (frameBottom + 48).shortText
    left = frameLeft.shortText
    right = frameRight.shortText
    top = frameTop.shortText
    bottom = frameBottom.shortText
    belowTicks = (frameBottom + 19).shortText
    middle = ((frameLeft + frameRight) / 2).shortText
    nameRight = (frameLeft - 10).shortText
    ticks = [0, 0.25, 0.5, 0.75, 1].map { share in
      Tick(place: place(share).shortText, text: LineChart.Notation.percentage.text(of: share))
    }
    legend = chart.series.count > 1 ? Self.legend(chart.series) : []
    rows = chart.rows.enumerated().map { index, row in
      let height = frameTop + Self.rowHeight * (Double(index) + 0.5)
      let first = row.values.lazy.compactMap(\.self).first { $0.share.isFinite }
      return Row(
        name: shortNames[index], fullName: names[index],
        figure: first?.share.asPercentage ?? "–", baseline: (height + 4.5).shortText,
        place: height.shortText,
        // The first series lies on top, being what the chart is about.
        dots: row.values.enumerated().reversed().compactMap { series, value in
          guard let value, value.share.isFinite else { return nil }
          let whisker = value.range.map { range in
            "M\(place(range.lowerBound).shortText) \(height.shortText)"
              + "H\(place(range.upperBound).shortText)"
          }
          return Dot(
            style: Self.style(series),
            mark: SeriesMark.ofSeries(series)
              .path(at: LineChart.Point(x: place(value.share), y: height)),
            whisker: whisker)
        })
    }
  }

  private static func style(_ series: Int) -> String {
    String(series % SeriesMark.allCases.count)
  }

  private static func legend(_ series: [String]) -> [LegendEntry] {
    var left = 20.0
    return series.enumerated().map { index, name in
      let text = name.safe.shortened(toColumns: ChartMeasures.longestName)
      defer { left += 30 + columnWidth * Double(text.columns) }
      return LegendEntry(
        name: text, style: style(index),
        mark: SeriesMark.ofSeries(index).path(at: LineChart.Point(x: left, y: legendRow)),
        textLeft: (left + 10).shortText)
    }
  }
}
