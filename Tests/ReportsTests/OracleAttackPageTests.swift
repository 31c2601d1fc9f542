import Evaluation
import Foundation
import Imaging
import Oracles
import Testing
import ThreatModels

@testable import Reports

@Suite struct OracleAttackPageTests {
  private func page(fooled: [Int] = [12, 90], left: Int = 0) throws -> OracleAttackPage {
    var samples = fooled.enumerated().map { number, queries in
      OracleAttackPage.Sample(
        name: "p<\(number)>", labelName: "stop", adversarialName: "yield & go",
        outcome: .newlyWrong, distances: Distances(maximumInPixels: 8, l2: 1, l1: 9, l0: 12),
        queries: queries + 3, queriesToSuccess: queries)
    }
    samples.append(
      .init(
        name: "held", labelName: "stop", adversarialName: "stop", outcome: .robust,
        distances: Distances(maximumInPixels: 4, l2: 1, l1: 9, l0: 12), queries: 500,
        queriesToSuccess: nil))
    samples.append(
      .init(
        name: "wrong", labelName: "stop", adversarialName: nil, outcome: .initiallyWrong,
        distances: nil, queries: 1, queriesToSuccess: nil))
    var pattern = QueryPattern()
    pattern.queries = 600
    pattern.close = 540
    pattern.nearDuplicates = 300
    pattern.longestBurst = 450
    pattern.firstBurst = 13
    pattern.bins[2].queries = 300
    pattern.bins[5].queries = 299
    return OracleAttackPage(
      service: "http://host/v2/models/<m>", attack: "Square",
      threat: ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255")), samples: samples,
      curve: SuccessCurve(attacked: samples.count - 1, queriesToSuccess: fooled), queries: 1234,
      cost: "1.85", picturesLeft: left, pattern: pattern, command: "adversary attack <x>",
      settings: [.init("Seed", "7")])
  }

  private func html(_ page: OracleAttackPage) -> String {
    page.html { name in
      let picture = Picture(width: 4, height: 4, filledWith: [9, 9, 9])
      return name == "held" ? nil : (picture, picture)
    }
  }

  @Test func saysTheVerdictTheCostAndWhatCouldBeNoticed() throws {
    let html = html(try page())
    for text in [
      "Square fooled the service on 2 of 3 attacked pictures with 1234 queries in all; half of these took 12",
      "1.85", "90.0\u{A0}% of 600 queries lie within 8/255 of one of the 50 before",
      "50.0\u{A0}% within 1/255", "At query 13 there had been 10 in a row", "up to 8",
      "49.9\u{A0}%",
      "How to reproduce", "adversary attack &lt;x&gt;", "The pictures were not kept.",
      "yield &amp; go",
    ] {
      #expect(html.contains(text), "\(text)")
    }
    #expect(!html.contains("Incomplete"))
    #expect(html.components(separatedBy: "data:image/png;base64").count == 2 * 3 + 1)
  }

  @Test(arguments: [[Int](), [1], [12, 90], [3, 3, 3]])
  func isSoundAndLoadsNothing(fooled: [Int]) throws {
    let html = html(try page(fooled: fooled, left: 2))
    let elements = XMLElements(of: html)
    #expect(elements.problem == nil)
    #expect(html.contains("The budget of queries was spent before 2 pictures could be attacked"))
    #expect(elements.named("script").isEmpty && elements.named("link").isEmpty)
    #expect(elements.named("img").allSatisfy { $0["src"]?.hasPrefix("data:") == true })
    #expect(elements.named("img").allSatisfy { $0["alt"]?.isEmpty == false })
    let hosts = html.components(separatedBy: "http").count
    #expect(hosts > 1 && !html.contains("src=\"http"))
  }

  @Test func theCurveIsAStaircase() throws {
    let chart = try #require(try page().chart)
    let points = chart.series[0].points
    #expect(points.map(\.x) == [1, 12, 12, 90, 90, 500])
    #expect(points.map { ($0.y * 3).rounded() } == [0, 0, 1, 1, 2, 2])
    #expect(LineChartView(chart).points.count == 3)
  }

  @Test func nothingAttackedIsSaid() throws {
    var page = try page(fooled: [])
    page.samples = []
    page.curve = SuccessCurve(attacked: 0, queriesToSuccess: [])
    page.pattern = QueryPattern()
    let html = html(page)
    #expect(XMLElements(of: html).problem == nil)
    #expect(html.contains("No picture was attacked: 1234 queries were asked."))
    #expect(html.contains("0 queries tell a service nothing."))
  }
}
