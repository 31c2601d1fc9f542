import Foundation
import Testing

@testable import Evaluation
@testable import Reports

@Suite struct CertificateReportTests {
  private static func results(
    done: Int = 10, model: String = "lenet.pt2"
  ) throws -> CertificationResults {
    let setup = CertificationSetup(
      version: "test", engineVersion: "2", model: .init(path: model, sha256: "abc"),
      classNames: nil, data: .init(path: "data", split: "test", count: 10, sha256: "0"),
      sigma: 0.5, selectionSamples: 100, samples: 1000, alpha: 0.001, seed: 7)
    let samples = (0..<done).map { number in
      // Seven right with radii 0.1…0.7, one wrong, two without a class.
      CertifiedSample(
        number: number, name: "picture \(number)", label: 3, candidate: number == 7 ? 4 : 3,
        votes: 900, lowerBound: 0.8, radius: number < 8 ? Double(number + 1) / 10 : nil)
    }
    return try #require(CertificationResults(samples, of: setup))
  }

  @Test func theTableCountsAbstentionsApart() throws {
    let lines = CertificateTable(try Self.results()).lines
    let rows = lines.map { $0.split(separator: " ").joined(separator: " ") }
    // Wilson's intervals as other software gives them.
    #expect(rows[1] == "L2 0.000 70.0 % 39.7 to 89.2 % 7 of 10")
    #expect(rows[2] == "L2 0.250 50.0 % 23.7 to 76.3 % 5 of 10")
    #expect(rows[3] == "L2 0.500 30.0 % 10.8 to 60.3 % 3 of 10")
    #expect(rows[4].hasPrefix("L2 0.750 0 %"))
    #expect(rows[5].hasPrefix("another class 10.0 %") && rows[6].hasPrefix("abstained 20.0 %"))
    let verdict = rows.dropFirst(7).joined(separator: " ")
    #expect(verdict.contains("70.0 % of 10 pictures get their true class under noise of σ = 0.5"))
    #expect(verdict.contains("50.0 % provably keep it within an L2 distance of 0.250"))
    #expect(verdict.contains("the average certified radius is 0.280 and 20.0 % abstain"))
  }

  @Test func theCurveIsTheCertifiedAccuracyWithItsInterval() throws {
    let results = try Self.results()
    let chart = results.chart
    let points = chart.series[0].points
    #expect(chart.series[0].hasMarkers == false)
    #expect(points.first?.x == 0 && points.last?.x == 0.75 && points.last?.y == 0)
    for point in points {
      let share = Proportion(results.samples.count { $0.isCertified(within: point.x) }, of: 10)
      #expect(point.y == share.value && point.range == share.low...share.high)
    }
    // No marker is drawn, and with markers there is one for each point.
    var marked = chart
    marked.series[0].hasMarkers = true
    // The numbers under the chart are where the curve goes down: from 70 % to 0 % in seven steps.
    #expect(
      LineChartView(chart).points.map(\.y)
        == [7, 6, 5, 4, 3, 2, 1, 0].map {
          LineChart.Notation.percentage.text(of: Double($0) / 10)
        })
    #expect(LineChartView(marked).points.count == points.count)
    func paths(_ chart: LineChart) -> Int { chart.svg.components(separatedBy: "<path d=").count }
    #expect(paths(marked) == paths(chart) + points.count)
  }

  @Test(arguments: ["lenet.pt2", SampleResults.hostileName])
  func thePageIsSoundXMLAndLoadsNothing(name: String) throws {
    let html = CertificatePage(try Self.results(model: name), command: name).html
    #expect(XMLElements(of: html).problem == nil)
    #expect(!html.contains("<script") && !html.contains("{{") && html.contains("role=\"img\""))
    for text in ["39.7", "7 of 10", "0.280", "abstained", "0.001"] {
      #expect(html.contains(text), "\(text)")
    }
    #expect(!html.contains("Incomplete"))
  }

  @Test func anUnfinishedCertificationSaysSo() throws {
    let results = try Self.results(done: 4)
    #expect(CertificateTable(results).description.contains("4 of 10 pictures are done"))
    #expect(CertificatePage(results, command: "").html.contains("Incomplete"))
  }
}
