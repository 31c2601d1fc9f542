import Foundation
import Mustache

extension LineChart {
  /// The chart as an SVG document, fit for a file of its own and for a place in a page.
  public var svg: String { ChartTemplate.template.render(ChartDrawing(self)) }
}

/// A chart as the template wants it: every place computed, every number written.
private struct ChartDrawing {
  let title: String
  let summary: String
  let width: String
  let height: String
  let left: String
  let right: String
  let bottom: String
  let belowTicks: String
  let middle: String
  let horizontalLabel: String
  let verticalLabel: String
  let horizontalTicks: [Tick]
  let verticalTicks: [Tick]
  let lines: [Line]

  struct Tick {
    let place: String
    let text: String
  }

  struct Line {
    let name: String
    let shortName: String
    let style: String
    let dashes: String
    let path: String
    /// The corners of the band around the line, if it has one.
    let band: String?
    let markers: [String]
    let labelLeft: String
    let labelBaseline: String
  }

  init(_ chart: LineChart) {
    let drawable = chart.series.map { series in
      series.points.filter {
        Ruler.canShow($0.x, on: chart.horizontalAxis.scale)
          && Ruler.canShow($0.y, on: chart.verticalAxis.scale)
      }
    }
    let across = Ruler(chart.horizontalAxis, holding: drawable.joined().map(\.x))
    let heights = drawable.joined().flatMap { point in
      [point.y] + Self.ends(of: point, on: chart.verticalAxis)
    }
    let upwards = Ruler(chart.verticalAxis, holding: heights)
    let names = chart.series.map { $0.name.safe }
    let shortNames = names.map { $0.shortened(toColumns: ChartMeasures.longestName) }
    let frame = ChartMeasures.frame(namesUpTo: shortNames.map(\.columns).max() ?? 0)

    func place(_ point: LineChart.Point) -> LineChart.Point {
      LineChart.Point(
        x: frame.left + across.position(of: point.x) * (frame.right - frame.left),
        y: frame.bottom - upwards.position(of: point.y) * (frame.bottom - frame.top))
    }
    let places = drawable.map { $0.map(place) }
    let labels = ChartMeasures.spread(
      places.map { $0.last?.y ?? frame.bottom }, within: frame.top...frame.bottom)

    title = chart.title.safe
    summary = chart.summary.safe
    width = ChartMeasures.width.shortText
    height = ChartMeasures.height.shortText
    left = frame.left.shortText
    right = frame.right.shortText
    bottom = frame.bottom.shortText
    belowTicks = (frame.bottom + 19).shortText
    middle = ((frame.left + frame.right) / 2).shortText
    horizontalLabel = chart.horizontalAxis.label.safe
    verticalLabel = chart.verticalAxis.label.safe
    horizontalTicks = across.ticks.map { value in
      Tick(
        place: place(LineChart.Point(x: value, y: upwards.range.lowerBound)).x.shortText,
        text: chart.horizontalAxis.notation.text(of: value))
    }
    verticalTicks = upwards.ticks.map { value in
      Tick(
        place: place(LineChart.Point(x: across.range.lowerBound, y: value)).y.shortText,
        text: chart.verticalAxis.notation.text(of: value))
    }
    lines = places.indices.map { index in
      Line(
        name: names[index], shortName: shortNames[index],
        style: String(index % SeriesMark.allCases.count),
        dashes: SeriesDashes.pattern(ofSeries: index),
        path: Self.text(of: places[index]),
        band: Self.band(around: drawable[index], on: chart.verticalAxis).map {
          Self.text(of: $0.map(place))
        },
        markers: chart.series[index].hasMarkers
          ? places[index].map { SeriesMark.ofSeries(index).path(at: $0) } : [],
        labelLeft: ((places[index].last?.x ?? frame.right) + 9).shortText,
        labelBaseline: (labels[index] + 4.5).shortText)
    }
  }

  private static func text(of places: [LineChart.Point]) -> String {
    places.map { "\($0.x.shortText),\($0.y.shortText)" }.joined(separator: " ")
  }

  /// The ends of a point's range that an axis can show: two or none.
  private static func ends(of point: LineChart.Point, on axis: LineChart.Axis) -> [Double] {
    guard let range = point.range, Ruler.canShow(range.lowerBound, on: axis.scale),
      Ruler.canShow(range.upperBound, on: axis.scale)
    else { return [] }
    return [range.lowerBound, range.upperBound]
  }

  /// Along the lower ends of the ranges and back along the upper ones.
  private static func band(
    around points: [LineChart.Point], on axis: LineChart.Axis
  ) -> [LineChart.Point]? {
    let ends = points.map { (x: $0.x, ends: Self.ends(of: $0, on: axis)) }
      .filter { !$0.ends.isEmpty }
    guard ends.count > 1 else { return nil }
    return ends.map { LineChart.Point(x: $0.x, y: $0.ends[0]) }
      + ends.reversed().map { LineChart.Point(x: $0.x, y: $0.ends[1]) }
  }
}
