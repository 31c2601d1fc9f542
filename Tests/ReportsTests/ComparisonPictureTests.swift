import Evaluation
import Imaging
import Reports
import Testing

@Suite struct ComparisonPictureTests {
  /// Where the three panels begin in a sheet of letters of scale 2.
  static let panelTop = 42

  static func comparison(
    _ width: Int, _ height: Int, channels: Int = 3, _ record: SampleRecord = Samples.record()
  ) -> ComparisonPicture {
    ComparisonPicture(
      original: Picture(
        width: width, height: height, filledWith: [UInt8](repeating: 10, count: channels)),
      adversarial: Picture(
        width: width, height: height, filledWith: [UInt8](repeating: 18, count: channels)),
      record: record, budget: 8)
  }

  @Test(arguments: [(28, 224), (32, 224), (48, 240), (64, 256), (224, 224), (300, 300)])
  func smallPicturesAreEnlargedAndLargeOnesStay(side: Int, shown: Int) {
    let sheet = Self.comparison(side, side).picture
    #expect(sheet.width == 3 * shown + 4 * 16)
    for (panel, sample) in [UInt8(10), 248, 18].enumerated() {
      let left = 16 + panel * (shown + 16)
      for (column, row) in [(0, 0), (shown - 1, 0), (0, shown - 1), (shown - 1, shown - 1)] {
        #expect(
          sheet.pixel(left + column, Self.panelTop + row) == [sample, sample, sample],
          "panel \(panel), corner \(column), \(row)")
      }
    }
  }

  @Test(arguments: [(1, 1), (1, 400), (400, 1), (28, 28), (7, 300)], [1, 3])
  func everyShapeGivesAColourPictureWithRoomForCaptions(size: (Int, Int), channels: Int) {
    let sheet = Self.comparison(size.0, size.1, channels: channels).picture
    #expect(sheet.channels == 3)
    #expect(sheet.width >= 600)
  }

  @Test(arguments: [
    (Outcome.newlyWrong, Colour.vermilion), (.robust, .blue), (.invalid, .plum),
    (.initiallyWrong, .slate),
  ])
  func theBadgeHasTheColourOfTheOutcome(outcome: Outcome, colour: Colour) {
    let sheet = Self.comparison(28, 28, Samples.record(outcome: outcome)).picture
    let badge = sheet.pixel(16 + 240 + 1, Self.panelTop + 224 + 11)
    #expect(badge == [colour.red, colour.green, colour.blue])
  }

  @Test func theAmplificationIsReported() {
    #expect(Self.comparison(8, 8).perturbation.factor == 15)
  }

  @Test func aLongNameStaysInItsPanel() {
    let long = Samples.record(label: String(repeating: "wide name ", count: 30), after: "stop")
    let short = Samples.record(label: "wide", after: "stop")
    let sheets = [long, short].map { Self.comparison(28, 28, $0).picture }
    let gaps = sheets.map { sheet in
      (0..<sheet.height).map { row in (240..<256).map { sheet.pixel($0, row) } }
    }
    #expect(gaps[0] == gaps[1])
  }
}
