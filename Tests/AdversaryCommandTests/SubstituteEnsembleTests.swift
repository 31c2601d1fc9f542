import Foundation
import ProgramFormats
import TestKit
import Testing
import TrafficSigns

/// Several substitutes as one.
extension SubstituteTests {
  private var small: [String] {
    [
      "--substitute", "mlp-8", "--ensemble", "softmax,strided-cnn-4", "--fusion", "probabilities",
      "--epsilon", "100/255", "--rounds", "1", "--send", "floats",
    ]
  }

  private func stolen() throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: "stolen/results.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func furtherModelsLearnFromTheSameAnswers() throws {
    let model = ShippedSigns.model.path
    let alone = try Command(
      arguments(model, budget: 180, small.filter { !$0.contains("softmax") } + ["--ensemble"]))
    #expect(alone.exitCode == 64, "\(alone.errors)")
    let plain = Array(small[..<2] + small[6...])
    let first = try Command(arguments(model, budget: 180, plain))
    #expect(first.exitCode == 0, "\(first.errors)")
    let before = try #require(try stolen()["rounds"] as? NSArray)
    #expect(try stolen()["ensemble"] == nil)
    let found = try #require(try stolen()["transfers"] as? NSArray)
    // The rounds stay, and with them what they asked.
    let both = try Command(arguments(model, budget: 180, small))
    #expect(both.exitCode == 0, "\(both.errors)")
    #expect(!both.errors.contains("round 1:"))
    for words in ["softmax: agrees on", "strided-cnn-4: agrees on"] {
      #expect(both.errors.contains(words), "\(both.errors)")
    }
    for words in ["all of them, mean probabilities", "With 2 other models", "ensemble is wrong"] {
      #expect(both.output.contains(words), "\(both.output)")
    }
    #expect(try stolen()["rounds"] as? NSArray == before)
    // Attacks on all of them find something else.
    #expect(try stolen()["transfers"] as? NSArray != found)
    let ensemble = try #require(try stolen()["ensemble"] as? [String: Any])
    #expect((ensemble["members"] as? [Any])?.count == 2)
    let page = try String(contentsOfFile: path("stolen/report.html"), encoding: .utf8)
    #expect(page.contains("What learned from the same answers"))
    // Again: nothing learns, and all is the same.
    let again = try Command(arguments(model, budget: 180, small))
    #expect(again.output == both.output && !again.errors.contains("agrees on"), "\(again.errors)")

    let sound = try Command("verify", path("stolen"))
    #expect(sound.exitCode == 0, "\(sound.output)")
    let weights = folder.appending(path: "stolen/ensemble/2.pt2")
    try Data(contentsOf: folder.appending(path: "stolen/ensemble/1.pt2")).write(to: weights)
    let forged = try Command("verify", path("stolen"))
    #expect(forged.exitCode == 1 && forged.output.contains("ensemble/2: "), "\(forged.output)")
    let stale = try Command(arguments(model, budget: 180, small))
    #expect(stale.exitCode == 65 && stale.errors.contains("2.pt2 is damaged"), "\(stale.errors)")
    let anew = try Command(arguments(model, budget: 180, small + ["--replace"]))
    #expect(anew.exitCode == 0, "\(anew.errors)")
    let figures = try #require(try stolen()["ensemble"] as? [String: Any])
    for figure in ["agreement", "learned"] {
      #expect(figures[figure] as? NSDictionary == ensemble[figure] as? NSDictionary)
    }
    try attackBeginsOnSeveral(model)
  }

  /// Attacks on other models ask about other points; where the budget does not reach for these, all stays.
  @Test func resultsStayWhereTheBudgetDoesNotReachForOtherModels() throws {
    let model = ShippedSigns.model.path
    let first = try Command(arguments(model, budget: 180, Array(small[..<2] + small[6...])))
    #expect(first.exitCode == 0, "\(first.errors)")
    let asked = try #require(try stolen()["queries"] as? Int)
    let files = ["results.json", "report.html", "substitute.json"]
    let before = try files.map { try Data(contentsOf: folder.appending(path: "stolen/\($0)")) }
    let poor = try Command(arguments(model, budget: asked + 3, small))
    #expect(poor.exitCode == 64 && poor.errors.contains("budget leaves 3"), "\(poor.errors)")
    #expect(
      try files.map { try Data(contentsOf: folder.appending(path: "stolen/\($0)")) } == before)
  }

  /// An attack by queries begins on several substitutes, and its journal leads to the same.
  private func attackBeginsOnSeveral(_ model: String) throws {
    let (one, other) = (path("stolen/substitute.pt2"), path("stolen/ensemble/1.pt2"))
    let (journal, run) = (path("begun.sqlite"), path("begun"))
    func attack(_ substitutes: [String], _ more: String...) throws -> Command {
      try Command(
        [
          "attack", "--oracle", model, "--budget", "600", "--send", "floats", "--data",
          ShippedSigns.directory.path, "--first", "1", "--method", "rays:queries=60", "--epsilon",
          "32/255", "--threads", "1", "--journal", journal, "-o", run, "--substitute",
        ] + substitutes + more)
    }
    let begun = try attack([one, other])
    #expect(begun.exitCode == 0, "\(begun.errors)")
    let page = try String(contentsOfFile: run + "/index.html", encoding: .utf8)
    #expect(page.contains("ensemble/1.pt2, mean logits"))
    let kept = try String(contentsOfFile: run + "/oracle.json", encoding: .utf8)
    #expect(kept.contains("ensemble/1.pt2") && kept.contains("\"fusion\" : \"logits\""))
    // The folder is that of these substitutes, in this order, as one.
    #expect(try attack(["\(one),\(other)"], "--fusion", "logits").exitCode == 0)
    for others in [[one], [other, one], [one, other, "--fusion", "losses"]] {
      let refused = try attack(others)
      #expect(refused.exitCode == 64 && refused.errors.contains("earlier run"), "\(refused.errors)")
    }
    func verify(_ options: String..., code: Int32, says words: String) throws {
      let command = try Command(["verify", run, "--answers", journal] + options)
      let text = command.output + command.errors
      #expect(command.exitCode == code && text.contains(words), "\(text)")
      // A remark would say that the journal was not followed.
      if options.isEmpty { #expect(!text.contains("followed"), "\(text)") }
    }
    try verify(code: 0, says: "successes confirmed")
    try verify(
      "--model", one, "--model", path("stolen/ensemble/2.pt2"), code: 1,
      says: "2.pt2 is another file than the run's")
    try verify("--model", one, code: 64, says: "the place of each")
    let twice = try attack([one, one])
    #expect(twice.exitCode == 64 && twice.errors.contains("is there twice"), "\(twice.errors)")
    let single = try attack([one], "--fusion", "losses")
    #expect(single.exitCode == 64 && single.errors.contains("--fusion goes with several files"))
    // An attack that began elsewhere asked something else.
    let members = try #require(kept.firstRange(of: /"ensemble" : \{[^}]*\}[^}]*\},/))
    try kept.replacingCharacters(in: members, with: "")
      .write(toFile: run + "/oracle.json", atomically: true, encoding: .utf8)
    try verify(code: 1, says: "the attack was gone through again")
  }

  @Test func anEnsembleThatIsNoneIsRefused() throws {
    let model = ShippedSigns.model.path
    let strange = path("strange.pt2")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try SmallModel.plain.write(to: strange)
    let cases: [([String], Int32, String)] = [
      (["--ensemble", "mlp-8", "mlp-8"], 64, "mlp-8 is there twice"),
      (["--ensemble", "mlp-8", "LeNet"], 64, "LeNet is there twice"),
      (["--substitute", model, "--ensemble", model], 64, "is there twice"),
      (["--ensemble", "nonsense"], 64, "nonsense"),
      (["--ensemble", strange], 65, "is for pictures of"),
      (["--fusion", "losses"], 64, "--fusion goes with --ensemble"),
      (["--ensemble", "mlp-8", "--fusion", "votes"], 64, "votes"),
    ]
    for (options, code, words) in cases {
      let command = try Command(arguments(model, options))
      #expect(command.exitCode == code, "\(options): \(command.errors)")
      #expect(command.errors.contains(words), "\(options): \(command.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: path("stolen")))
  }
}
