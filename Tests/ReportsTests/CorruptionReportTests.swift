import Corruptions
import Imaging
import TensorModule
import Testing

@testable import Evaluation
@testable import Reports

@Suite struct CorruptionReportTests {
  @Test func theTableShowsEverySeverityAndTheMean() {
    let results = CorruptionResults(
      seed: 0, clean: Proportion(9, of: 10),
      rows: [
        .init(
          corruption: .fog, accuracies: [9, 8, 7, 6, 5].map { Proportion($0, of: 10) },
          mean: MeanInterval(of: [1, 0.6, 0.5]))
      ], mean: MeanInterval(of: [0.7]))
    let lines = CorruptionTable(results).lines
    #expect(
      lines[0].split(separator: " ") == ["corruption", "family", "1", "2", "3", "4", "5", "mean"])
    #expect(lines[1].contains("fog") && lines[1].contains("90.0 %") && lines[1].contains("50.0 %"))
    // s = 0.26458, t = 4.30265: ± 0.6572.
    #expect(lines[1].hasSuffix("70.0 % ± 65.7"))
    #expect(lines.suffix(2).joined().contains("90.0 %") && lines.last?.hasSuffix("70.0 %") == true)
  }

  @Test func theSheetHasThePictureAtTheLeftAndEachSeverityBesideIt() throws {
    let original = Samples.colour(20, 16, 90)
    let key = RandomKey(seed: 2)
    let sheet = try CorruptionSheet(of: original, corruptions: [.gaussianNoise, .fog], key: key)
      .picture
    // 96/20 = 4 times as large, with a gap of 6.
    let left = sheet.width - 6 * (20 * 4 + 6)
    let top = sheet.height - 2 * (16 * 4 + 6)
    for (row, corruption) in [Corruption.gaussianNoise, .fog].enumerated() {
      for severity in 0...5 {
        let expected = try corruption.corrupted(original, severity: severity, key: key)
        let corner = (x: left + severity * 86, y: top + row * 70)
        #expect(sheet.pixel(corner.x, corner.y) == expected.pixel(0, 0))
        #expect(sheet.pixel(corner.x + 79, corner.y + 63) == expected.pixel(19, 15))
      }
    }
  }

  @Test func differencesHaveSigns() {
    #expect(MeanInterval(of: [0.02, 0.02]).asPoints == "+2.0 ± 0.0")
    #expect(MeanInterval(of: [-0.013]).asPoints == "−1.3")
    #expect(MeanInterval(of: [0.5]).words == "0.50")
  }
}
