import Evaluation
import Foundation
import TestKit
import Testing
import ThreatModels
import TrafficSigns

/// The command from pictures to verified pictures.
@Suite final class AttackTests {
  private static let model = ShippedSigns.model.path
  private static let signs = ShippedSigns.directory
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    .path

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func manifest(_ command: Command) throws -> RunManifest {
    try JSONDecoder().decode(RunManifest.self, from: Data(command.output.utf8))
  }

  @Test func attacksPicturesWritesThemAndVerifiesThem() throws {
    let command = try Command(
      "attack", Self.model, Self.signs.appending(path: "stop").path, "-o", folder)
    #expect(command.exitCode == 0, "\(command.errors)")
    #expect(command.output.contains("robust accuracy"))
    for kind in RunFolder.Kind.allCases {
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(kind.rawValue)")
      #expect(files.count == ShippedSigns.perClass)
    }
    #expect(FileManager.default.fileExists(atPath: "\(folder)/index.html"))

    let verified = try Command("verify", folder)
    #expect(verified.exitCode == 0, "\(verified.errors)")
    #expect(verified.output.contains("successes confirmed"))

    // A picture put back to the original no longer fools anyone.
    let run = try RunFolder(opening: folder)
    let fooled = try #require(try run.manifest().samples.first { $0.outcome == .newlyWrong })
    try run.write(
      try run.picture(.original, ofSample: fooled.name), as: .adversarial, ofSample: fooled.name)
    let forged = try Command("verify", folder)
    #expect(forged.exitCode == 1)
    #expect(forged.output.contains(fooled.name))

    let again = try Command("attack", Self.model, Self.signs.path, "-o", folder)
    #expect(again.exitCode != 0)
    #expect(
      try Command(
        "attack", Self.model, Self.signs.appending(path: "stop").path, "-o", folder,
        "--replace"
      ).exitCode == 0)
  }

  @Test func reachesANamedTargetAndLeavesItsOwnClassAlone() throws {
    let names = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: names) }
    try SignClass.allCases.map(\.name).joined(separator: "\n")
      .write(toFile: names, atomically: true, encoding: .utf8)
    let command = try Command(
      "attack", Self.model, "--data", Self.signs.path, "--first", "40", "--labels", names,
      "--method", "pgd", "--target", "No Entry", "--epsilon", "16px", "--json")
    #expect(command.exitCode == 0, "\(command.errors)")
    let manifest = try manifest(command)
    #expect(manifest.objective == .target(SignClass.noEntry.index))
    #expect(manifest.counts.total == 40 - 16)
    #expect(command.errors.contains("left out 16 pictures"))
    #expect(manifest.counts.newlyWrong > 15)
  }

  @Test func resultsDoNotDependOnTheBatchSize() throws {
    let outcomes = try ["1", "7", "64"].map { size in
      let command = try Command(
        "attack", Self.model, "--data", Self.signs.path, "--first", "20", "--method", "pgd",
        "--steps", "4", "--epsilon", "2/255", "--batch-size", size, "--json")
      return try manifest(command).samples.map(\.outcome)
    }
    #expect(outcomes[0] == outcomes[1] && outcomes[1] == outcomes[2])
    #expect(Set(outcomes[0]).count > 1)
  }

  @Test func leastLikelyIsTheDefaultOfOneStepTarget() throws {
    let command = try Command(
      "attack", Self.model, Self.signs.appending(path: "yield").path, "--method",
      "one-step-target", "--json")
    #expect(try manifest(command).objective == .leastLikely)
  }

  @Test func inspectShowsWhatTheModelHolds() throws {
    let command = try Command("inspect", Self.model, "--json")
    #expect(command.exitCode == 0)
    #expect(command.output.contains("\"batchNorms\" : 4"))
    #expect(try Command("inspect", Self.model).output.contains("ready to be attacked"))
  }

  @Test func helpHasExamples() throws {
    for subcommand in ["attack", "verify", "inspect", "demo"] {
      let command = try Command(subcommand, "--help")
      #expect(command.exitCode == 0)
      #expect(command.output.contains("xample"))
    }
  }
}
