import Foundation
import TestKit
import Testing
import TrafficSigns

/// `adversary substitute` as people run it.
@Suite(.serialized) final class SubstituteTests {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "substitute-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func arguments(
    _ oracle: String, budget: Int = 150, _ more: [String] = []
  ) -> [String] {
    [
      "substitute", "--oracle", oracle, "--budget", "\(budget)", "--seeds",
      ShippedSigns.directory.path, "--seed-count", "20", "--held-out", "10", "--sample", "15",
      "--substitute", "lenet", "--epochs", "2", "--rounds", "2", "--epsilon", "24/255",
      "--attacks", "fgsm,mi-fgsm:steps=3", "--threads", "1",
    ] + (more.contains("-o") ? [] : ["-o", path("stolen")]) + more
  }

  private func results() throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: "stolen/results.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func buildsASubstituteOfAModelFileAndPaysOnce() throws {
    let model = ShippedSigns.model.path
    let first = try Command(arguments(model, ["--price", "0.01"]))
    #expect(first.exitCode == 0, "\(first.errors)")
    for words in [
      "up to 135 queries: 80 to learn from, 10 held out, 45 for the attacks; up to 1.35",
      "round 2: 40 new pictures", "report: ",
    ] {
      #expect(first.errors.contains(words), "\(words)")
    }
    for words in ["agreement", "MI-FGSM", "fools the service", "of 150 queries, which cost 1."] {
      #expect(first.output.contains(words), "\(words)")
    }
    let asked = try #require(try results()["queries"] as? Int)
    #expect(asked <= 135 && asked > 60)
    #expect((try results()["rounds"] as? [Any])?.count == 3)
    for file in ["substitute.pt2", "report.html", "rounds/round-02-40.png", "queries.sqlite"] {
      #expect(FileManager.default.fileExists(atPath: path("stolen/\(file)")), "\(file)")
    }
    // Again: the same, and nothing more was asked. So it is after the substitute was thrown away.
    let again = try Command(arguments(model, ["--price", "0.01"]))
    #expect(again.output == first.output && again.errors.contains("queries asked before: \(asked)"))
    #expect(try results()["queries"] as? Int == asked)
    let anew = try Command(arguments(model, ["--replace", "--price", "0.01"]))
    #expect(anew.exitCode == 0, "\(anew.errors)")
    #expect(try results()["queries"] as? Int == asked)
    // Another plan is another run.
    let other = try Command(arguments(model, ["--lambda", "9/255"]))
    #expect(other.exitCode == 64 && other.errors.contains("growth: jacobian, step 26/255"))
    // What was built is a model like any other, and the beginning of an attack by queries.
    let refined = try Command([
      "attack", "--oracle", model, "--budget", "300", "--data", ShippedSigns.directory.path,
      "--first", "2", "--method", "rays", "--epsilon", "32/255", "--substitute",
      path("stolen/substitute.pt2"), "--threads", "1", "--json",
    ])
    #expect(refined.exitCode == 0, "\(refined.errors)")
    #expect(refined.output.contains("stolen/substitute.pt2"))
  }

  /// What cannot be begun anew is not deleted first.
  @Test func aRunThatCannotBeReplacedStays() throws {
    let model = ShippedSigns.model.path
    let first = try Command(arguments(model))
    #expect(first.exitCode == 0, "\(first.errors)")
    for (options, words) in [
      (["--seed-count", "100"], "give a greater budget"), (["--send", "floats"], "queries.sqlite"),
    ] {
      let refused = try Command(arguments(model, options + ["--replace"]))
      #expect(refused.exitCode == 64 && refused.errors.contains(words), "\(refused.errors)")
    }
    #expect(try Command(arguments(model)).output == first.output)
    for file in ["results.json", "report.html", "substitute.pt2", "rounds.json"] {
      #expect(FileManager.default.fileExists(atPath: path("stolen/\(file)")), "\(file)")
    }
  }

  private static let useless: [(options: [String], sentence: String)] = [
    (["--sample", "0"], "--attacks says what is attacked and how, and --sample 0 attacks nothing"),
    (["--data-split", "training"], "--data-split goes with --data"),
    (["--augment", "noise", "--period", "2"], "--period goes with --augment jacobian"),
    (["--augment", "pictures", "--lambda", "9/255"], "--lambda goes with --augment jacobian"),
    (["--input-range", "0..255"], "--input-range is about files of --substitute and --ensemble"),
    (["--outputs", "logits"], "--outputs is about files of --substitute and --ensemble"),
  ]

  @Test(arguments: useless) func optionsWithoutUse(options: [String], sentence: String) throws {
    let command = try Command(arguments(ShippedSigns.model.path, options))
    #expect(command.exitCode == 64 && command.errors.contains(sentence), "\(command.errors)")
    #expect(!FileManager.default.fileExists(atPath: path("stolen")))
  }

  /// --mean and --std are for architectures too.
  @Test func aNormalisedArchitecture() throws {
    let command = try Command([
      "substitute", "--oracle", ShippedSigns.model.path, "--budget", "30", "--seeds",
      ShippedSigns.directory.path, "--seed-count", "20", "--held-out", "10", "--sample", "0",
      "--substitute", "lenet", "--epochs", "1", "--rounds", "0", "--mean", "0.5", "0.5", "0.5",
      "--std", "0.5", "0.5", "0.5", "--threads", "1", "-o", path("stolen"),
    ])
    #expect(command.exitCode == 0, "\(command.errors)")
  }

  @Test func whatCannotBeIsOneSentence() throws {
    let model = ShippedSigns.model.path
    let poor = try Command(arguments(model, budget: 60))
    #expect(poor.exitCode == 64 && poor.errors.contains("give a greater budget"))
    // Nothing is left behind that would keep the corrected command from beginning.
    #expect(!FileManager.default.fileExists(atPath: path("stolen")))
    #expect(try Command(["substitute", "--seeds", "x"]).exitCode == 64)
    let many = try Command(arguments(model, ["--seed-count", "100000"]))
    #expect(many.exitCode == 64 && many.errors.contains("lower --seed-count"))
    #expect(try Command(arguments(model, ["--lambda", "0.001"])).exitCode == 64)
    #expect(try Command(arguments(model, ["--substitute", "nonsense"])).exitCode == 64)
    #expect(try Command(arguments(model, ["--enough", "2"])).exitCode == 64)
    #expect(try Command(arguments(path("none.pt2"))).exitCode == 66)
    try FileManager.default.createDirectory(
      atPath: path("foreign"), withIntermediateDirectories: true)
    try Data("x".utf8).write(to: folder.appending(path: "foreign/diary.txt"))
    let foreign = try Command(arguments(model, ["-o", path("foreign")]))
    #expect(foreign.exitCode == 64 && foreign.errors.contains("not empty"))
  }
}
