import Evaluation
import Foundation
import TestKit
import Testing
import TrafficSigns

#if canImport(Glibc)
import Glibc
#endif

/// `adversary evaluate` as people run it, stop it and go on.
@Suite struct EvaluateTests {
  private static let model = ShippedSigns.model.path
  private static let signs = ShippedSigns.directory.path

  private static func arguments(_ folder: URL, _ more: String...) -> [String] {
    [
      "evaluate", model, "--data", signs, "--first", "48", "--batch-size", "12", "--attacks",
      "fgsm", "pgd:steps=5", "--epsilon", "1/255", "4/255", "--no-sanity", "-o", folder.path,
    ] + more
  }

  private static func newFolder() -> URL {
    FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  }

  /// The results without what the clock says.
  private static func results(in folder: URL) throws -> EvaluationResults {
    let data = try Data(contentsOf: folder.appending(path: "results.json"))
    var results = try JSONDecoder().decode(EvaluationResults.self, from: data)
    for index in results.attacks.indices { results.attacks[index].seconds = 0 }
    return results
  }

  @Test func replacesEvaluationsAndNothingElse() throws {
    let folder = Self.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let foreign = folder.appending(path: "journal.sqlite")
    try Data("my notes".utf8).write(to: foreign)
    let refused = try Command(Self.arguments(folder, "--replace"))
    #expect(refused.exitCode == 65 && refused.errors.contains("not a journal"))
    #expect(try Data(contentsOf: foreign) == Data("my notes".utf8))
    let nowhere = try Command(Self.arguments(URL(filePath: "/proc/x")))
    #expect(nowhere.errors.contains("No such file or directory"))
  }

  @Test func writesItsReportsAndGoesOnWithoutRepeatingAnything() throws {
    let folder = Self.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try Command(Self.arguments(folder))
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.output.contains("FGSM") && first.output.contains("95 % interval"))
    for product in EvaluationFolder.Product.allCases {
      let file = folder.appending(path: product.rawValue)
      #expect((try? Data(contentsOf: file))?.isEmpty == false, "\(product.rawValue)")
    }
    let before = try Self.results(in: folder)
    #expect(before.progress.isComplete && before.samples.count == 48)
    let again = try Command(
      "evaluate", Self.model, "--data", Self.signs, "--first", "48", "--batch-size", "12",
      "--attack",
      "fgsm,pgd:steps=5", "--epsilon", "1/255,4/255", "--no-sanity", "-o", folder.path, "--json")
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try Self.results(in: folder) == before)
    let verified = try Command("verify", folder.path)
    #expect(verified.exitCode == 0 && verified.output.contains("successes confirmed"))
    let other = try Command(Self.arguments(folder, "--seed", "1"))
    #expect(other.exitCode == 64 && other.errors.contains("seed: 0 then, 1 now"))
    let report = try Command("report", folder.path)
    #expect(report.exitCode == 0 && report.output == first.output)
    let file = folder.appending(path: "results.json")
    var forged = try Self.results(in: folder)
    forged.cleanAccuracy = Proportion(48, of: 48)
    try JSONEncoder().encode(forged).write(to: file)
    let caught = try Command("verify", folder.path)
    #expect(caught.exitCode == 1 && caught.output.contains("what the journal says"))
  }

  @Test func theGateFailsWithTheReason() throws {
    let folder = Self.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let arguments = Self.arguments(folder)
    #expect(try Command(arguments + ["--fail-under", "0.01@1/255"]).exitCode == 0)
    let failed = try Command(arguments + ["--fail-under", "0.99@4/255"])
    #expect(failed.exitCode == 1)
    #expect(failed.errors.contains("below 99.0 %"), "\(failed.errors)")
    let results = folder.appending(path: "results.json").path
    let same = try Command(arguments + ["--baseline", results])
    #expect(same.exitCode == 0 && same.output.contains("0 lost, 0 won"), "\(same.output)")
    for other in [["--attacks", "bim"], ["--first", "12"]] {
      let (otherFolder, baseline) = (Self.newFolder(), ["--baseline", results])
      defer { try? FileManager.default.removeItem(at: otherFolder) }
      let refused = try Command(Self.arguments(otherFolder) + other + baseline)
      #expect(refused.exitCode == 1 && refused.errors.contains("cannot be compared"))
    }
  }

  @Test func noticesPicturesThatChanged() throws {
    let (data, folder) = (Self.newFolder(), Self.newFolder())
    defer { for folder in [data, folder] { try? FileManager.default.removeItem(at: folder) } }
    try FileManager.default.copyItem(at: ShippedSigns.directory, to: data)
    let arguments = [
      "evaluate", ShippedSigns.model.path, "--data", data.path, "--first", "8", "--attacks", "fgsm",
      "--output", folder.path, "--no-sanity",
    ]
    #expect(try Command(arguments).exitCode == 0)
    // The second picture takes the place of the first; names and counts stay.
    let pictures = try #require(FileManager.default.enumerator(atPath: data.path))
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".png") }.sorted()
      .map { data.appending(path: $0) }
    try Data(contentsOf: pictures[1]).write(to: pictures[0])
    let changed = try Command(arguments)
    #expect(changed.exitCode == 64 && changed.errors.contains("have changed"), "\(changed.errors)")
  }

  /// A process that is killed at any moment has lost the unit in flight and nothing else.
  @Test func killedAtRandomMomentsItEndsWithTheSameResult() throws {
    let (whole, pieces) = (Self.newFolder(), Self.newFolder())
    defer {
      for folder in [whole, pieces] { try? FileManager.default.removeItem(at: folder) }
    }
    #expect(try Command(Self.arguments(whole)).exitCode == 0)
    var kills = 0
    var delay = 0.4
    while kills < 20 {
      let process = Process()
      process.executableURL = Command.executable
      process.arguments = Self.arguments(pieces)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      let deadline = Date.now + delay + Double.random(in: 0...0.5)
      while process.isRunning && Date.now < deadline { Thread.sleep(forTimeInterval: 0.01) }
      guard process.isRunning else {
        #expect(process.terminationStatus == 0)
        break
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      kills += 1
      // A slow machine needs more time to get anywhere at all.
      delay *= 1.15
    }
    #expect(kills > 0)
    #expect(try Command(Self.arguments(pieces)).exitCode == 0)
    #expect(try Self.results(in: pieces) == Self.results(in: whole))
  }
}
