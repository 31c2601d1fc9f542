import Foundation
import TestKit
import Testing
import TrafficSigns

extension OracleAttackTests {
  /// What was written is measured again, and compared with the journal or with the service.
  @Test func anAttackOnAServiceIsVerified() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let service = try describe(server.address)
    let run = path("run")
    let attack = try Command(
      "attack", path("pictures"), "--oracle", service, "--method", "rays", "--budget", "600",
      "--epsilon", "16/255", "--journal", path("queries.sqlite"), "-o", run)
    #expect(attack.exitCode == 0, "\(attack.errors)")
    func verify(_ options: String..., code: Int32, says words: String) throws {
      let command = try Command(["verify", run] + options)
      #expect(command.exitCode == code, "\(options): \(command.output)\(command.errors)")
      #expect((command.output + command.errors).contains(words), "\(options): \(command.output)")
    }
    let asked = server.requestCount
    try verify(code: 0, says: "2 of 2 successes confirmed")
    try verify("--answers", path("queries.sqlite"), code: 0, says: "2 of 2 successes confirmed")
    try verify("--answers", path("nowhere.sqlite"), code: 66, says: "there is no such file")
    try verify("--answers", path("pictures/p0.png"), code: 65, says: "not a journal")
    #expect(server.requestCount == asked)
    try verify("--oracle", service, "--budget", "9", code: 0, says: "2 of 2 successes confirmed")
    #expect(server.requestCount == asked + 4)
    try verify(
      "--oracle", service, "--budget", "3", code: 1, says: "1 of 2 successes confirmed")
    try verify(
      "--oracle", service, "--budget", "3", code: 1, says: "was not asked about 1 of the pictures")
    try verify(
      "--oracle", service, "--budget", "3", code: 1,
      says: "nothing was found that is not as the run says, but not all could be checked")
    try theServiceIsCompared(with: run)
    try oneBudgetIsForAllRuns(asking: server, run: run)
    try verify(
      "--oracle", service, "--budget", "9", "--answers", path("queries.sqlite"), code: 64,
      says: "one of them at a time")

    // What others ask with the same journal afterwards changes nothing.
    let more = try Command(
      "attack", path("pictures"), "--oracle", service, "--method", "hopskipjump", "--budget", "900",
      "--epsilon", "16/255", "--journal", path("queries.sqlite"))
    #expect(more.exitCode == 0, "\(more.errors)")
    try verify("--answers", path("queries.sqlite"), code: 0, says: "which others must have asked")

    // Each claim in the results changed in turn, and then another picture.
    let file = URL(filePath: run + "/oracle.json")
    let results = try String(contentsOf: file, encoding: .utf8)
    let queries = try #require(results.firstMatch(of: /"queries" : (\d+),\n  "roundedPictures/)).1
    let success = try #require(results.firstMatch(of: /"queriesToSuccess" : (\d+)/)).1
    let each = try #require(results.firstMatch(of: /"queries" : (\d+),\n +"queriesToSuccess/)).1
    let changes = [
      ("\"clean\" : 0", "\"clean\" : 1", "is class 0, and not 1"),
      (
        "\"queries\" : \(queries),\n  \"rounded", "\"queries\" : 9000,\n  \"rounded",
        "9000 queries are said to have been asked"
      ),
      (
        "\"queries\" : \(queries),\n  \"rounded", "\"queries\" : 5,\n  \"rounded",
        "p1: the journal has no answer about the original"
      ),
      (
        "\"queriesToSuccess\" : \(success)", "\"queriesToSuccess\" : 1",
        "p0: query of the first success: \(success), and not 1"
      ),
      (
        "\"queriesToSuccess\" : \(success)", "\"queriesToSuccess\" : 1",
        "the success curve is not that of the samples"
      ),
      ("\"picturesSentAs\" : \"bytes\"", "\"picturesSentAs\" : \"png\"", "were sent as bytes"),
      ("\"picturesLeft\" : 0", "\"picturesLeft\" : -1", "-1 pictures are left"),
      ("\"longestBurst\" : ", "\"longestBurst\" : 1", "could have noticed something else"),
      ("\"attackTitle\" : \"RayS\"", "\"attackTitle\" : \"FGSM\"", "is called RayS, and not FGSM"),
      ("\"labelName\" : \"red\"", "\"labelName\" : \"blue\"", "a class has two names"),
      ("\"adversarialName\" : \"", "\"other\" : \"", "a class has two names, or a name"),
      ("\"samples\" : ", "\"targetName\" : \"red\", \"samples\" : ", "the target and its name"),
      (
        "\"queries\" : \(each),\n      \"queriesToS", "\"queries\" : 1,\n      \"queriesToS",
        "the samples took"
      ),
      ("\"method\" : \"rays", "\"method\" : \"raze", "not the one that its method names"),
      ("\"name\" : \"RayS\"", "\"name\" : \"SimBA\"", "not the one that its method names"),
    ]
    for (old, new, words) in changes {
      let changed = results.replacing(old, with: new, maxReplacements: 1)
      #expect(changed != results, "\(old)")
      try changed.write(to: file, atomically: true, encoding: .utf8)
      try verify("--answers", path("queries.sqlite"), code: 1, says: words)
    }
    // What became of a picture follows from answers and distances, whoever is asked.
    for (old, new, words) in [
      ("\"outcome\" : \"newlyWrong\"", "\"outcome\" : \"robust\"", "it is said to hold, but"),
      ("\"outcome\" : \"newlyWrong\"", "\"outcome\" : \"invalid\"", "it is said to hold, but"),
      ("\"clean\" : 0", "\"clean\" : 1", "it is said to be attacked, but it is wrong as it is"),
      ("\"maximumInPixels\" : ", "\"maximumInPixels\" : 1", "but lies outside"),
      ("\"distances\" : ", "\"other\" : ", "no distances are said"),
    ] {
      let changed = results.replacing(old, with: new, maxReplacements: 1)
      #expect(changed != results, "\(old)")
      try changed.write(to: file, atomically: true, encoding: .utf8)
      try verify(code: 1, says: words)
    }
    try results.write(to: file, atomically: true, encoding: .utf8)
    let picture = run + "/adversarial/p0.png"
    try FileManager.default.removeItem(atPath: picture)
    try FileManager.default.copyItem(atPath: path("pictures/p1.png"), toPath: picture)
    try verify(code: 1, says: "the picture is outside the budget")
    try verify(
      "--answers", path("queries.sqlite"), code: 1, says: "the attack ends with another picture")
    try "{}".write(to: file, atomically: true, encoding: .utf8)
    try verify(code: 65, says: "oracle.json")
    for name in ["oracle.json", "index.html"] {
      try? FileManager.default.removeItem(atPath: "\(run)/\(name)")
    }
    try verify(code: 66, says: "has no results yet: the same adversary attack goes on")
  }

  /// Another service is named, and one that gets other pictures is refused.
  private func theServiceIsCompared(with run: String) throws {
    let other = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { other.end() }
    let moved = try Command("verify", run, "--oracle", try describe(other.address), "--budget", "9")
    #expect(moved.exitCode == 0, "\(moved.errors)")
    #expect(moved.output.contains("another service is asked than the run's"), "\(moved.output)")
    let file = URL(filePath: path("service.yaml"))
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacing("{{byte_array}}", with: "{{array}}")
      .write(to: file, atomically: true, encoding: .utf8)
    let asked = other.requestCount
    let floats = try Command("verify", run, "--oracle", file.path, "--budget", "9")
    #expect(floats.exitCode == 64, "\(floats.output)\(floats.errors)")
    #expect(floats.errors.contains("the run sent pictures as bytes"), "\(floats.errors)")
    #expect(other.requestCount == asked)
  }

  /// Runs that lie in one folder are asked about within one budget, and nothing is asked twice.
  private func oneBudgetIsForAllRuns(asking server: FaultyServer, run: String) throws {
    let parent = path("parent")
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    for name in ["a", "b"] {
      try FileManager.default.copyItem(atPath: run, toPath: "\(parent)/\(name)")
    }
    let asked = server.requestCount
    let all = try Command(
      "verify", parent, "--oracle", try describe(server.address), "--budget", "4")
    #expect(all.exitCode == 0, "\(all.output)\(all.errors)")
    #expect(server.requestCount == asked + 4)
  }

  /// What is sent is part of what a run is: with another label the folder is not the same run's.
  @Test func anotherLabelIsAnotherAttack() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let service = try describe(server.address)
    func attack(_ label: String...) throws -> Command {
      try Command(
        [
          "attack", path("pictures/p0.png"), "--oracle", service, "--method", "rays", "--budget",
          "60", "--epsilon", "16/255", "--journal", path("label.sqlite"), "-o", path("labelled"),
        ] + label)
    }
    #expect(try attack("--label", "red").exitCode == 0)
    #expect(try attack("--label", "red").exitCode == 0)
    #expect(try attack().exitCode == 0)
    let other = try attack("--label", "blue")
    #expect(other.exitCode == 64, "\(other.output)\(other.errors)")
  }

  /// What the budget allowed of a batch was asked, and counts.
  @Test func aBatchThatTheBudgetCutsIsCounted() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let run = path("cut")
    let attack = try Command(
      "attack", path("pictures/p0.png"), "--oracle", try describe(server.address), "--method",
      "nes", "--budget", "7", "--epsilon", "16/255", "--journal", path("cut.sqlite"), "-o", run)
    #expect(attack.exitCode == 0, "\(attack.errors)")
    #expect(server.requestCount == 7)
    #expect(attack.output.contains("  7 queries  "), "\(attack.output)")
    let verified = try Command("verify", run, "--answers", path("cut.sqlite"))
    #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
  }

  /// A data set may hold a picture twice: both are attacked, and it counts once.
  @Test func aPictureUnderTwoNamesCountsOnce() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    try FileManager.default.createDirectory(
      atPath: path("twice"), withIntermediateDirectories: true)
    for (from, to) in [("p0", "a"), ("p0", "b"), ("p1", "c")] {
      try FileManager.default.copyItem(
        atPath: path("pictures/\(from).png"), toPath: path("twice/\(to).png"))
    }
    let run = path("copies")
    let attack = try Command(
      "attack", path("twice"), "--oracle", try describe(server.address), "--method", "rays",
      "--budget", "900", "--epsilon", "16/255", "--journal", path("copies.sqlite"), "-o", run)
    #expect(attack.exitCode == 0, "\(attack.errors)")
    let verified = try Command("verify", run, "--answers", path("copies.sqlite"))
    #expect(verified.exitCode == 0, "\(verified.output)")
    #expect(verified.output.contains("2 of 3 successes confirmed"), "\(verified.output)")
    #expect(verified.output.contains("b is the same picture as a"), "\(verified.output)")
  }

  /// Points between the steps of a file are not in the files; the journal leads to them.
  @Test func anAttackInRealNumbersIsVerified() throws {
    let run = path("real")
    let attack = try Command(
      "attack", "--oracle", ShippedSigns.model.path, "--budget", "300", "--send", "floats",
      "--pixels", "float", "--data", ShippedSigns.directory.path, "--first", "2", "--method",
      "rays:queries=80", "--epsilon", "32/255", "--threads", "1", "--journal",
      path("real.sqlite"), "-o", run)
    #expect(attack.exitCode == 0, "\(attack.errors)")
    func verify(code: Int32, says words: String) throws {
      let command = try Command("verify", run, "--answers", path("real.sqlite"))
      #expect(command.exitCode == code, "\(command.output)\(command.errors)")
      #expect(command.output.contains(words), "\(command.output)")
    }
    try verify(code: 0, says: "neither measured nor looked up")
    let asked = try Command(
      "verify", run, "--oracle", ShippedSigns.model.path, "--send", "floats", "--budget", "9")
    #expect(asked.exitCode == 1, "\(asked.output)\(asked.errors)")
    #expect(asked.output.contains("the service was asked about originals alone"), "\(asked.output)")
    let file = URL(filePath: run + "/oracle.json")
    let results = try String(contentsOf: file, encoding: .utf8)
    let changed = results.replacing("\"l2\" : ", with: "\"l2\" : 1", maxReplacements: 1)
    try changed.write(to: file, atomically: true, encoding: .utf8)
    try verify(code: 1, says: "the distances are not those of the result")
  }

  /// What the service said of a picture that was not attacked is compared as well.
  @Test func picturesThatWereNotAttackedAreCompared() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let run = path("red")
    let attack = try Command(
      "attack", path("pictures/p0.png"), "--oracle", try describe(server.address), "--method",
      "rays", "--budget", "9", "--epsilon", "16/255", "--target", "red", "--journal",
      path("red.sqlite"), "-o", run)
    #expect(attack.exitCode == 0, "\(attack.errors)")
    func verify(code: Int32, says words: String) throws {
      let command = try Command("verify", run, "--answers", path("red.sqlite"))
      #expect(command.exitCode == code, "\(command.output)\(command.errors)")
      #expect(command.output.contains(words), "\(command.output)")
    }
    try verify(code: 0, says: "0 of 0 successes confirmed")
    let file = URL(filePath: run + "/oracle.json")
    let results = try String(contentsOf: file, encoding: .utf8)
    try results.replacing("\"clean\" : 0", with: "\"clean\" : 2")
      .write(to: file, atomically: true, encoding: .utf8)
    try verify(code: 1, says: "the original is class 0, and not 2")
    try verify(code: 1, says: "class of the original: 0, and not 2")
    try results.replacing("\"target\" : 0", with: "\"target\" : 1")
      .write(to: file, atomically: true, encoding: .utf8)
    try verify(code: 1, says: "it is said to be wrong as it is, but the answer is right")
  }
}
