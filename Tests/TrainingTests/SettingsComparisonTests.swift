import Testing
import Training

/// Settings that are compared for people, who want to hear of differences alone.
@Suite struct SettingsComparisonTests {
  struct Settings: Encodable {
    struct Part: Encodable {
      var source: String
      var digest = "a1"
      var options = ["mean": "0.1", "std": "0.3", "layout": "flat"]
    }
    var parts: [Part]
    var batchSize = 4
  }

  /// Dictionaries have their keys in any order, from one to the next.
  @Test func equalListsOfPartsAreNoDifference() {
    for _ in 0..<50 {
      let settings = Settings(parts: [.init(source: "one"), .init(source: "two")])
      #expect(SettingsComparison.differences(between: settings, and: settings).isEmpty)
    }
  }

  @Test func anotherPartIsOne() {
    let before = Settings(parts: [.init(source: "one")])
    var now = before
    now.parts[0].options["mean"] = "0.2"
    let found = SettingsComparison.differences(between: before, and: now)
    #expect(found.count == 1 && found[0].contains("0.2"), "\(found)")
  }
}
