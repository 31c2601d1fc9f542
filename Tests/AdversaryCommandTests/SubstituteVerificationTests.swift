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

  /// What is done to pixels before a file's model sees them is done again, and must be what was done.
  @Test func pixelsAreChangedAsTheyWereThen() throws {
    let model = ShippedSigns.model.path
    let built = try Command(
      arguments(
        model,
        [
          "--substitute", model, "--mean", "0.4", "--std", "0.6", "--rounds", "0", "--send",
          "floats", "--epsilon", "60/255",
        ]))
    #expect(built.exitCode == 0, "\(built.errors)")
    let verified = try Command("verify", path("stolen"))
    #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
    #expect(verified.output.contains("successes confirmed") && !verified.output.contains("pixels"))
    for file in ["stolen/results.json", "stolen/substitute.json"] {
      try forge(file, /"normalization" : "[^"]*"/, "\"normalization\" : \"[0.1], [2.5]\"")
    }
    let forged = try Command("verify", path("stolen"))
    #expect(forged.exitCode == 1, "\(forged.output)")
    #expect(forged.output.contains("the attack leads to another picture"), "\(forged.output)")
    for file in ["stolen/results.json", "stolen/substitute.json"] {
      try forge(file, /"normalization" : "[^"]*"/, "\"normalization\" : \"other\"")
    }
    let strange = try Command("verify", path("stolen"))
    #expect(strange.exitCode == 1, "\(strange.output)")
    #expect(strange.output.contains("what is done to pixels first cannot be read"))
  }

  private func forge(_ name: String, _ old: some RegexComponent, _ new: String) throws {
    let file = folder.appending(path: name)
    let text = try String(contentsOf: file, encoding: .utf8)
    let forged = text.replacing(old, with: new, maxReplacements: 1)
    #expect(forged != text, "\(name)")
    try forged.write(to: file, atomically: true, encoding: .utf8)
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
    try verify("stolen", "--model", model, code: 64, says: "--model goes with runs of a model")
    let other = try Command(
      "attack", "--oracle", model, "--budget", "3", "--send", "bytes", "--data",
      ShippedSigns.directory.path, "--first", "1", "--method", "rays", "--epsilon", "32/255",
      "--journal", path("other.sqlite"))
    #expect(other.exitCode == 0, "\(other.errors)")
    try verify(
      "stolen", "--answers", path("other.sqlite"), code: 64,
      says:
        "the journal holds the answers of another service, or to pictures that were sent otherwise")
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
      "refined", "--answers", journal, "--model", model, code: 1,
      says: "the substitute is another file than the run's")
    try forge("refined/oracle.json", /"substitute" : "[^"]*"/, "\"substitute\" : \"gone.pt2\"")
    try verify(
      "refined", "--answers", journal, code: 1,
      says: "nothing was found that is not as the run says, but not all could be checked")
    try verify("stolen", code: 0, says: "more queries, which others must have asked later")
    try forge("stolen/results.json", /"invalid" : 0/, "\"invalid\" : 7")
    try verify("stolen", code: 1, says: "attack 1: invalid: 0, and not 7")
    try FileManager.default.removeItem(atPath: path("stolen/results.json"))
    try verify("stolen", code: 66, says: "has no results yet")
  }
}
