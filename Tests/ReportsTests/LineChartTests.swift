import Foundation
import Testing

@testable import Reports

@Suite struct LineChartTests {
  static func chart(
    _ points: [LineChart.Point], scale: LineChart.Scale = .linear, name: String = "FGSM",
    range: ClosedRange<Double>? = nil
  ) -> LineChart {
    LineChart(
      title: "Errors", summary: "They grow.",
      horizontalAxis: .init("dimension", scale: scale, range: range),
      verticalAxis: .init("error rate", notation: .percentage),
      series: [.init(name, points: points), .init("other", points: points)])
  }

  @Test(arguments: [
    (LineChart.Scale.linear, [0.3, 9.7], [0, 2, 4, 6, 8, 10]),
    (.linear, [], [0, 0.2, 0.4, 0.6, 0.8, 1]),
    (.linear, [-3, 3], [-3, -2, -1, 0, 1, 2, 3]),
    (.logarithmic, [49, 3136], [50, 100, 200, 500, 1000, 2000]),
    (.logarithmic, [1, 1e6], [1, 10, 100, 1000, 1e4, 1e5, 1e6]),
    (.logarithmic, [], [1, 2, 5, 10]),
  ])
  func ticksAreRound(scale: LineChart.Scale, values: [Double], ticks: [Double]) {
    let found = Ruler(LineChart.Axis("x", scale: scale), holding: values).ticks
    #expect(found.count == ticks.count)
    #expect(zip(found, ticks).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) }, "\(found)")
  }

  @Test func placesFollowTheScale() {
    let linear = Ruler(LineChart.Axis("x", range: 0...10), holding: [])
    #expect(linear.position(of: 2.5) == 0.25)
    let logarithmic = Ruler(
      LineChart.Axis("x", scale: .logarithmic, range: 1...100), holding: [])
    #expect(abs(logarithmic.position(of: 10) - 0.5) < 1e-12)
  }

  @Test(
    arguments: [
      [], [.init(x: 3, y: 0.5)], [.init(x: 1, y: 0), .init(x: 2, y: 1)],
      [.init(x: .nan, y: 1), .init(x: 1, y: .infinity), .init(x: 2, y: 0.1)],
      [.init(x: 0, y: 0), .init(x: -4, y: 0.2)],
      [.init(x: 1.7e308, y: 1), .init(x: -1.7e308, y: 1), .init(x: 1e-308, y: 1)],
      [.init(x: 1e17, y: 1), .init(x: 1e17 + 16, y: 1)],
    ] as [[LineChart.Point]], [LineChart.Scale.linear, .logarithmic])
  func everyChartIsSoundXML(points: [LineChart.Point], scale: LineChart.Scale) {
    let svg = Self.chart(points, scale: scale, name: "a<b>&\"'\u{1}").svg
    #expect(XMLElements(of: svg).problem == nil)
    #expect(!svg.contains("nan") && !svg.contains("inf,") && !svg.contains("–"))
  }

  @Test func linesDifferInMoreThanColour() {
    let marks = (0..<16).map { index in
      "\(SeriesMark.ofSeries(index)) \(SeriesDashes.pattern(ofSeries: index))"
    }
    #expect(Set(marks).count == 16)
    #expect(Set(marks.prefix(4).map { $0.split(separator: " ")[0] }).count == 4)
    #expect(Set((0..<4).map(SeriesDashes.pattern)).count == 4)
  }

  @Test func labelsDoNotCoverEachOther() {
    let heights = ChartMeasures.spread([100, 101, 99, 268, 270], within: 64...272).sorted()
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 16 })
    #expect(heights.allSatisfy { $0 <= 272 })
    #expect(ChartMeasures.spread([200, 100], within: 64...272) == [200, 100])
    #expect(ChartMeasures.spread([64, 64, 65], within: 64...272) == [64, 80, 96])
  }

  @Test func aChartSpeaksForItself() {
    let svg = Self.chart([.init(x: 1, y: 0.5), .init(x: 4, y: 0.75)]).svg
    #expect(svg.contains("<title>Errors</title>") && svg.contains("<desc>They grow.</desc>"))
    #expect(svg.contains("role=\"img\"") && svg.contains("prefers-color-scheme: dark"))
    #expect(svg.contains(">FGSM</text>") && svg.contains(">dimension</text>"))
    #expect(svg.contains(">60 %</text>"))
  }
}
