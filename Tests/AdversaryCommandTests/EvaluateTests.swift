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
    let again = try Command(Self.arguments(folder, "--json"))
    #expect(again.exitCode == 0)
    #expect(try Self.results(in: folder) == before)
    let verified = try Command("verify", folder.path)
    #expect(verified.exitCode == 0 && verified.output.contains("successes confirmed"))
    let other = try Command(Self.arguments(folder, "--seed", "1"))
    #expect(other.exitCode == 64 && other.errors.contains("seed: 0 then, 1 now"))
    let report = try Command("report", folder.path)
    #expect(report.exitCode == 0 && report.output == first.output)
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
