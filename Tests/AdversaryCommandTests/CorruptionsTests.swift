import Corruptions
import Evaluation
import Foundation
import Imaging
import Testing
import TrafficSigns

/// `adversary corruptions` and `adversary reproduce` as people run them.
@Suite final class CorruptionsTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  deinit { try? FileManager.default.removeItem(at: folder) }

  private let signs = [
    "corruptions", ShippedSigns.model.path, "--data", ShippedSigns.directory.path, "--threads", "1",
  ]

  @Test func measuresAndDrawsASheet() throws {
    let run = try Command(
      signs + ["--first", "6", "--only", "fog", "jpeg", "--json", "-o", folder.path])
    #expect(run.exitCode == 0, "\(run.errors)")
    let results = try JSONDecoder().decode(CorruptionResults.self, from: Data(run.output.utf8))
    #expect(results.rows.map(\.corruption) == [.fog, .jpeg])
    #expect(results.rows.allSatisfy { $0.accuracies.map(\.total) == [6, 6, 6, 6, 6] })
    // What is printed is what is written.
    let file = try Data(contentsOf: folder.appending(path: "corruptions.json"))
    #expect(try JSONDecoder().decode(CorruptionResults.self, from: file) == results)
    #expect(try Picture(contentsOf: folder.path + "/corruptions.png").height > 2 * 64)
  }

  @Test func refusesWhatMakesNoSense() throws {
    #expect(try Command(signs + ["--only", "rain"]).exitCode == 64)
    #expect(try Command(signs + ["--only", "fog", "fog"]).exitCode == 64)
    #expect(try Command(signs + ["--first", "0"]).exitCode == 64)
  }

  @Test func aReproductionNeedsItsData() throws {
    let run = try Command(
      "reproduce", "advprop", "--data", folder.path, "-o", folder.path + "/advprop")
    #expect(run.exitCode == 66, "\(run.errors)")
    #expect(try Command("reproduce", "advprop", "--seeds", "0").exitCode == 64)
  }
}
