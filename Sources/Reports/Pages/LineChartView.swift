/// A line chart with its caption and, folded, its numbers.
struct LineChartView {
  let svg: String
  let summary: String
  let horizontalLabel: String
  let verticalLabel: String
  let points: [Point]

  struct Point {
    let series, x, y: String
  }

  init(_ chart: LineChart) {
    svg = chart.svg
    summary = chart.summary.typeset
    horizontalLabel = chart.horizontalAxis.label.typeset
    verticalLabel = chart.verticalAxis.label.typeset
    points = chart.series.flatMap { series in
      series.tabulatedPoints.map { point in
        Point(
          series: series.name.typeset, x: chart.horizontalAxis.notation.text(of: point.x),
          y: chart.verticalAxis.notation.text(of: point.y))
      }
    }
  }

  /// The template of a property `charts` with views of this type.
  static let template = """
    {{#charts}}
    <figure>
    {{{svg}}}
    <figcaption>{{summary}}
    <details><summary>The numbers</summary>
    <div class="scroll">
    <table>
    <thead><tr><th scope="col">Line</th><th scope="col" class="figure">{{horizontalLabel}}</th>\
    <th scope="col" class="figure">{{verticalLabel}}</th></tr></thead>
    <tbody>
    {{#points}}
    <tr><th scope="row">{{series}}</th><td class="figure">{{x}}</td><td class="figure">{{y}}</td></tr>
    {{/points}}
    </tbody>
    </table>
    </div>
    </details>
    </figcaption>
    </figure>
    {{/charts}}
    """
}

extension LineChart.Series {
  /// The points for a table: all of them, or of a curve without markers those where its height changes.
  fileprivate var tabulatedPoints: [LineChart.Point] {
    if hasMarkers { return points }
    return points.indices.filter { $0 == 0 || points[$0].y != points[$0 - 1].y }.map { points[$0] }
  }
}
