import Evaluation
import Foundation
import Imaging
import Testing
import ThreatModels

@testable import Reports

@Suite struct EvaluationPageTests {
  static let greyPictures: @Sendable (Int, Int) -> EvaluationPage.PicturePair? = { _, _ in
    (Samples.grey(28, 28, 100), Samples.grey(28, 28, 102))
  }

  static func page(
    _ sample: SampleResults = SampleResults(), gate: GateVerdict? = nil,
    pictures: @escaping EvaluationPage.PictureSource = greyPictures
  ) throws -> EvaluationPage {
    EvaluationPage(
      try sample.results(), gate: gate, command: "adversary evaluate \(sample.fileName)",
      pictures: pictures)
  }

  static func samples() -> [SampleResults] {
    var one = SampleResults()
    one.epsilons = [(.linf, "8/255"), (.l2, "0.5")]
    var incomplete = SampleResults()
    incomplete.done = 3
    var strong = SampleResults()
    strong.weakness = 0
    var bare = SampleResults()
    bare.epsilons = []
    bare.classNames = ["only"]
    return [SampleResults(), .hostile, one, incomplete, strong, bare]
  }

  @Test(arguments: 0..<6)
  func everyPageIsSoundXMLWithNamesThatAreUnique(number: Int) throws {
    let html = try Self.page(Self.samples()[number]).html
    #expect(XMLElements(of: html).problem == nil)
    #expect(!html.contains("{{") && !html.contains("nan %"))
    let names = html.matches(of: /id="([^"]*)"/).map { String($0.1) }
    #expect(Set(names).count == names.count)
    for reference in html.matches(of: /aria-labelledby="([^"]*)"/) {
      #expect(names.contains(String(reference.1)))
    }
  }

  @Test func namesFromStrangersAreEscapedEverywhere() throws {
    let html = try Self.page(.hostile).html
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;alert(1)"))
    let steering: [Unicode.Scalar] = ["\u{202E}", "\u{1B}", "\u{FFFE}"]
    #expect(!html.unicodeScalars.contains { steering.contains($0) })
  }

  @Test func thePageNeedsNoNetworkAndNoScript() throws {
    let html = try Self.page().html
      .replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
      .replacing("xmlns=\"http://www.w3.org/1999/xhtml\"", with: "")
    for trace in ["http:", "https:", "<script", "<link", "@import", "url(", "<a "] {
      #expect(!html.contains(trace), "\(trace)")
    }
    #expect(html.contains("default-src 'none'"))
    #expect(html.matches(of: /src="(?!data:image\/png;base64,)/).isEmpty)
  }

  @Test func theVerdictComesFirstAndWarningsBeforeCharts() throws {
    var sample = SampleResults()
    sample.findings = SampleResults.findings
    let page = try Self.page(sample)
    let html = page.html
    #expect(
      page.results.verdict.hasPrefix(
        "Doubtful (zero gradients): at most 44.0 % of pictures are right and stay right under"))
    let verdict = try #require(html.range(of: "of pictures are right and stay right under"))
    let warning = try #require(html.range(of: "Zero gradients"))
    let note = try #require(html.range(of: "Margin for few classes"))
    let chart = try #require(html.range(of: "<svg"))
    #expect(verdict.upperBound < warning.lowerBound && warning.upperBound < note.lowerBound)
    #expect(note.upperBound < chart.lowerBound)

    sample.findings = [SampleResults.findings[0]]
    #expect(try sample.results().verdict.hasPrefix("44.0 % of pictures"))
    let calm = try Self.page(sample).html
    let late = try #require(calm.range(of: "Margin for few classes"))
    #expect(try #require(calm.range(of: "<svg")).upperBound < late.lowerBound)
  }

  @Test func anIncompleteRunSaysSoAboveEverything() throws {
    var sample = SampleResults()
    #expect(try !Self.page(sample).html.contains("Incomplete"))
    sample.done = 73
    let html = try Self.page(sample).html
    let warning = try #require(html.range(of: "Not finished: 73 of 200 pictures are done."))
    #expect(warning.upperBound < (try #require(html.range(of: "<h1>"))).lowerBound)
  }

  @Test func theAbsenceOfFindingsIsSaid() throws {
    var sample = SampleResults()
    #expect(try Self.page(sample).html.contains("The sanity checks found nothing."))
    sample.checksSanity = false
    #expect(try Self.page(sample).html.contains("The sanity checks were not made"))
  }

  @Test func severalBudgetsMakeACurveAndASingleOneDots() throws {
    let many = try SampleResults().results()
    #expect(many.budgetCharts.count == 1 && many.attackChart == nil)
    let points = try #require(many.budgetCharts.first?.series.first?.points)
    #expect(points.map(\.x) == [0, 1, 2, 4])
    #expect(
      points.map(\.y) == [many.cleanAccuracy.value] + many.worstCases.map(\.robustAccuracy.value))
    #expect(
      points[3].range == many.worstCases[2].robustAccuracy
        .low...many.worstCases[2].robustAccuracy.high)

    var sample = SampleResults()
    sample.epsilons = [(.l2, "0.5")]
    let one = try sample.results()
    #expect(one.budgetCharts.isEmpty)
    #expect(one.attackChart?.rows.map(\.name) == sample.attackNames.map(\.name))
  }

  @Test func theGalleryShowsTheSurestAnswersOfDifferentSamples() throws {
    let page = try Self.page()
    let answers = page.results.surestWrongAnswers(atMost: EvaluationPage.galleryLimit)
    #expect(answers.count == 24 && Set(answers.map(\.sample)).count == 24)
    let confidences = answers.map(\.defeat.prediction.confidence)
    #expect(confidences == confidences.sorted(by: >))
    let all = page.results.samples.flatMap(\.defeats).map(\.prediction.confidence).max()
    #expect(confidences.first == all)
    let html = page.html
    #expect(html.ranges(of: "<article>").count == 24)
    #expect(html.ranges(of: "<img ").count == 72)
    #expect(html.ranges(of: "alt=\"").count == 72)
  }

  @Test func nobodyFooledMeansNoGallery() throws {
    var sample = SampleResults()
    sample.weakness = 0
    let html = try Self.page(sample).html
    #expect(!html.contains("Surest wrong answers") && !html.contains("<img"))
    #expect(html.contains("under L∞ ε = 1/255"))
  }

  @Test func picturesThatAreNotKeptLeaveACardWithWords() throws {
    let html = try Self.page(pictures: { _, _ in nil }).html
    #expect(!html.contains("<img") && html.contains("The pictures were not kept."))
    let odd = try Self.page(pictures: { _, _ in
      (Samples.grey(3, 3, 1), Samples.colour(3, 3, 1))
    }).html
    #expect(!odd.contains("<img"))
  }

  @Test(arguments: [(28, 1), (32, 3), (600, 3)])
  func embeddedPicturesAreThoseThatWereGiven(size: Int, channels: Int) throws {
    let original = Picture(
      width: size, height: size, filledWith: Array(repeating: 100, count: channels))
    let other = Picture(
      width: size, height: size, filledWith: Array(repeating: 104, count: channels))
    var sample = SampleResults()
    sample.pictureCount = 4
    let html = try Self.page(sample, pictures: { _, _ in (original, other) }).html
    let sources = html.matches(of: /src="data:image\/png;base64,([^"]*)"/).prefix(3)
    let pictures = try sources.map { source in
      Picture?(try Picture(decoding: Array(try #require(Data(base64Encoded: String(source.1))))))
    }
    let shown = min(size, 256)
    #expect(pictures.map { $0?.width } == [shown, shown, shown])
    #expect(pictures[0]?.pixel(0, 0) == Array(repeating: 100, count: channels))
    #expect(pictures[2]?.pixel(0, 0) == Array(repeating: 104, count: channels))
    #expect(html.contains("triptych \(size <= 128 ? "sharp" : "smooth")"))
  }

  @Test func theGateIsSaidInWords() throws {
    let results = try SampleResults().results()
    let threshold = try #require(RobustnessThreshold("0.65", usesInterval: false))
    let gate = GateVerdict(Array(threshold.checks(of: results).prefix(2)))
    #expect(gate.checks.map(\.passed) == [true, false] && !gate.passed)
    let html = try Self.page(gate: gate).html
    #expect(html.contains("Gate failed.") && html.contains("below 65.0"))
    #expect(html.contains("<td>passed</td>") && html.contains("<td>failed</td>"))
    #expect(try !Self.page().html.contains("<th scope=\"col\">Gate</th>"))
  }

  @Test func thePageSaysHowToReproduceIt() throws {
    let page = try Self.page()
    for text in [
      "adversary evaluate signs.pt2", page.results.setup.model.sha256, String(UInt64.max), "2.9.0",
      "apgd-ce:steps=100",
    ] {
      #expect(page.html.contains(text), "\(text)")
    }
  }

  @Test func classesAreListedWeakestFirstAndAllInTheTable() throws {
    var sample = SampleResults()
    sample.classNames = (0..<60).map { "kind \($0)" }
    let html = try Self.page(sample).html
    #expect(html.contains("The chart shows the 50 weakest of 60 classes"))
    #expect((0..<60).allSatisfy { html.contains("<th scope=\"row\">kind \($0)</th>") })
  }
}
