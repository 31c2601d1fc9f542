import Foundation
import Imaging
import TestKit
import Testing
import TrafficSigns

extension SubstituteTests {
  /// Copies of seeds are not held out.
  @Test func heldOutPicturesAreDifferent() throws {
    let grey = folder.appending(path: "grey")
    try FileManager.default.createDirectory(at: grey, withIntermediateDirectories: true)
    for number in 0..<7 {
      try Picture(width: 32, height: 32, filledWith: number == 3 ? [9, 90, 200] : [99, 99, 99])
        .write(toPNG: grey.appending(path: "\(number).png").path)
    }
    let built = try Command(
      arguments(
        ShippedSigns.model.path, ["--seeds", grey.path, "--seed-count", "2", "--held-out", "3"]))
    #expect(built.exitCode == 64 && built.errors.contains("different pictures"), "\(built.errors)")
  }

  /// A substitute's folder is checked from its files, and an attack that began on it from its journal.
  @Test func aSubstituteIsVerified() throws {
    let model = ShippedSigns.model.path
    let built = try Command(
      arguments(model, budget: 170, ["--epsilon", "100/255", "--send", "floats"]))
    #expect(built.exitCode == 0, "\(built.errors)")
    func verify(_ name: String, _ options: String..., code: Int32, says words: String) throws {
      let command = try Command(["verify", path(name)] + options)
      let text = command.output + command.errors
      #expect(command.exitCode == code && text.contains(words), "\(text)")
    }
    try verify("stolen", code: 0, says: "successes confirmed")
    try verify("stolen", "--answers", path("nowhere"), code: 66, says: "there is no such file")
    try verify(
      "stolen", "--oracle", model, "--budget", "100", code: 64, says: "is compared with its journal"
    )
    let journal = path("stolen/queries.sqlite")
    let refined = try Command([
      "attack", "--oracle", model, "--budget", "600", "--send", "floats", "--data",
      ShippedSigns.directory.path,
      "--first", "1", "--method", "rays:queries=60", "--epsilon", "32/255", "--substitute",
      path("stolen/substitute.pt2"), "--threads", "1", "--journal", journal, "-o", path("refined"),
    ])
    #expect(refined.exitCode == 0, "\(refined.errors)")
    try verify("refined", "--answers", journal, code: 0, says: "successes confirmed")
    try verify(
      "refined", "--answers", journal, "--model", model, code: 0,
      says: "the substitute is another file than the run's")
    try verify("stolen", code: 0, says: "more queries, which others must have asked later")
    let file = folder.appending(path: "stolen/results.json")
    let results = try String(contentsOf: file, encoding: .utf8)
    let forged = results.replacing(/"invalid" : 0/, with: "\"invalid\" : 7", maxReplacements: 1)
    try forged.write(to: file, atomically: true, encoding: .utf8)
    try verify("stolen", code: 1, says: "attack 1: invalid: 0, and not 7")
    try FileManager.default.removeItem(at: file)
    try verify("stolen", code: 66, says: "has no results yet")
  }
}
