import Evaluation
import Foundation
import GRDB
import ProgramFormats
import Testing

/// `adversary certify` as people run it.
@Suite final class CertifyTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  private let arguments: [String]

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let model = folder.appending(path: "model.pt2").path
    try SmallModel.plain.write(to: model)
    arguments = [
      "certify", model, "--data", try SmallModel.pictures(in: folder), "--samples", "300",
      "--threads", "1", "--json", "-o", folder.appending(path: "certificate").path,
    ]
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func file(_ name: String) -> URL { folder.appending(path: "certificate/\(name)") }

  private func forge(_ sql: String) throws {
    try DatabaseQueue(path: file("certificates.sqlite").path).write { try $0.execute(sql: sql) }
  }

  private func results(_ command: Command) throws -> CertificationResults {
    try JSONDecoder().decode(CertificationResults.self, from: Data(command.output.utf8))
  }

  @Test func certifiesAndGoesOnToTheSameResults() throws {
    let whole = try Command(arguments + ["--sigma", "0.1"])
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let found = try results(whole)
    #expect(found.samples.count == 12 && found.progress.isComplete)
    // The margins are from 4 to 28 steps of 1/255 between the channels' means of 16 pixels: the plane
    // is at margin/255·√(16/2), of which no radius is longer.
    for sample in found.samples {
      let distance = Double(4 + 8 * (sample.number % 4)) / 255 * 8.0.squareRoot()
      #expect((sample.radius ?? 0) <= distance && sample.isRight != sample.abstains)
    }
    #expect(found.abstained.count < 12 && found.averageRadius > 0.05)
    #expect(FileManager.default.fileExists(atPath: file("certificates.html").path))
    let written = try Data(contentsOf: file("certificates.json"))
    #expect(try JSONDecoder().decode(CertificationResults.self, from: written) == found)

    // As if it had been stopped after some pictures, and with other batches.
    try forge("DELETE FROM certificate WHERE number IN (3, 7, 8)")
    let rest = try Command(arguments + ["--sigma", "0.1", "--batch-size", "7"])
    #expect(rest.exitCode == 0 && rest.errors.contains("going on after 9 of 12"), "\(rest.errors)")
    #expect(try results(rest) == found)

    let report = try Command("report", file("").path, "--json")
    #expect(try report.exitCode == 0 && results(report) == found, "\(report.errors)")
    let verified = try Command("verify", file("").path)
    #expect(verified.output.contains("12 of 12 certificates confirmed"), "\(verified.errors)")
    try forge("UPDATE certificate SET radius = radius * 1.01 WHERE number = 3")
    let caught = try Command("verify", file("").path)
    #expect(caught.exitCode == 1 && caught.output.contains("votes prove a radius of"))
    #expect(caught.output.contains("11 of 12") && caught.output.contains("what the journal says"))
    try forge("DELETE FROM certificate WHERE number = 3")
    #expect(try Command(arguments + ["--sigma", "0.1"]).exitCode == 0)

    let other = try Command(arguments + ["--sigma", "0.2"])
    #expect(other.exitCode == 64 && other.errors.contains("sigma: 0.1 then, 0.2 now"))
    let anew = try Command(arguments + ["--sigma", "0.2", "--replace"])
    #expect(anew.exitCode == 0, "\(anew.errors)")
    #expect(try results(anew).setup.sigma == 0.2)
  }

  @Test(arguments: [
    ["--sigma", "0"], ["--sigma", "nan"], ["--sigma", "0.1", "--alpha", "0.5"],
    ["--sigma", "0.1", "--alpha", "0"], ["--sigma", "0.1", "--samples", "9"],
    ["--sigma", "0.1", "--selection-samples", "0"], ["--sigma", "0.1", "--first", "0"],
    ["--sigma", "0.1", "--batch-size", "0"], [],
  ])
  func refusesWhatMakesNoSense(options: [String]) throws {
    let run = try Command(arguments + options)
    #expect(run.exitCode == 64, "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: file("").path))
  }

  @Test func refusesFoldersAndDataThatDoNotFit() throws {
    try FileManager.default.createDirectory(at: file(""), withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: file("mine.txt"))
    let occupied = try Command(arguments + ["--sigma", "0.1", "--replace"])
    #expect(occupied.exitCode == 64 && occupied.errors.contains("not empty"))
    #expect(FileManager.default.fileExists(atPath: file("mine.txt").path))

    let pictures = folder.appending(path: "small-pictures/test/a").path
    let unlabelled = try Command(
      arguments + ["--sigma", "0.1", "--data", pictures, "-o", folder.path + "/unlabelled"])
    #expect(unlabelled.exitCode == 65 && unlabelled.errors.contains("has no class"))
    let missing = try Command(arguments + ["--sigma", "0.1", "--data", folder.path + "/none"])
    #expect(missing.exitCode == 66, "\(missing.errors)")
  }
}
