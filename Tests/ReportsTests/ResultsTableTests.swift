import Evaluation
import Reports
import Testing

@Suite struct ResultsTableTests {
  static let records = [
    Samples.record(),
    Samples.record(
      "0008-end", label: "end of no passing by vehicles over 3.5 tons", outcome: .robust),
    Samples.record("0009-yield", label: "yield", outcome: .invalid),
    Samples.record("0010-stop", confidence: 1, outcome: .initiallyWrong),
  ]

  @Test func theTableIsAligned() {
    #expect(
      ResultsTable([Self.records[0], Self.records[3]]).lines == [
        "picture    label  before         after                    ‖η‖∞ px    L2  result",
        "0007-stop  stop   stop (99.8 %)  speed limit 80 (97.1 %)        8  1.24  fooled",
        "0010-stop  stop   stop (100 %)   –                              –     –  already wrong",
      ])
  }

  @Test(arguments: [80, 90, 100, 132])
  func linesFitIntoTheWidthAndKeepTheirNumbers(width: Int) {
    let lines = ResultsTable(Self.records, width: width).lines
    #expect(lines.count == 5)
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(lines[2].contains("(99.8 %)") && lines[2].contains("(97.1 %)"))
    #expect(lines[2].hasSuffix("held") && lines[3].hasSuffix("invalid"))
    #expect(lines[2].contains(".."))
  }

  @Test func anImpossibleWidthIsSurvived() {
    #expect(ResultsTable(Self.records, width: -5).lines.count == 5)
    #expect(ResultsTable([]).lines.count == 1)
  }

  @Test func namesCannotSteerTheTerminal() {
    let text = ResultsTable([Samples.record(label: "\u{1B}[31mred\n", after: "a\tb")]).description
    #expect(!text.contains("\u{1B}") && !text.contains("\t"))
    #expect(ResultsTable([Samples.record(label: "two\nlines")]).lines.count == 2)
  }

  @Test func wideSignsTakeTwoColumns() throws {
    let lines = ResultsTable([
      Samples.record(label: "停止", outcome: .robust),
      Samples.record(label: "stop", outcome: .robust),
    ]).lines
    #expect(lines[1].count == lines[2].count - 4)
  }

  @Test func theSummaryHasTheFourCountsAndTheRobustAccuracy() {
    let records = Samples.mixedOutcomes.map { Samples.record(outcome: $0) }
    #expect(
      ResultsTable(records).summaryLines == [
        "pictures             15",
        "already wrong         3",
        "attacked             12",
        "fooled                9",
        "held                  2",
        "invalid               1",
        "robust accuracy  20.0 %",
      ])
  }
}
