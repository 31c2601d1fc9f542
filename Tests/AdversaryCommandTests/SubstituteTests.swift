import Foundation
import Imaging
import TensorModule
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

  /// Pictures without classes.
  private func drawPictures(_ count: Int) throws {
    let place = folder.appending(path: "pictures")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    var numbers = RandomKey(seed: 5).makeNumbers()
    for number in 0..<count {
      let samples = (0..<108).map { _ in UInt8.random(in: 0...255, using: &numbers) }
      try Picture(width: 6, height: 6, channels: 3, samples: samples)
        .write(toPNG: place.appending(path: "p\(number).png").path)
    }
  }

  /// Killed again and again while a service of brightest channels is asked, it asks nothing twice and ends
  /// with the same substitute.
  @Test func killedAtManyMomentsItLosesNothingAndAsksNothingTwice() throws {
    try drawPictures(50)
    let service = KillingService()
    let server = try FaultyServer { request, _ in
      service.reply(to: request.body, answer: OracleAttackTests.answer(to: request.body))
    }
    defer { server.end() }
    try """
    url: \(server.address)/predict
    shape: 3x6x6
    classes: [red, green, blue]
    json: '{"picture": {{byte_array}}}'
    answer: {label: label}
    """.write(toFile: path("service.yaml"), atomically: true, encoding: .utf8)
    func arguments(_ name: String) -> [String] {
      [
        "substitute", "--oracle", path("service.yaml"), "--budget", "150", "--seeds",
        path("pictures"), "--seed-count", "20", "--held-out", "10", "--sample", "15",
        "--substitute", "mlp-8", "--epochs", "2", "--rounds", "2", "--attacks", "fgsm",
        "pgd:steps=3",
        "--threads", "1", "--concurrency", "1", "--json", "-o", path(name),
      ]
    }
    let whole = try Command(arguments("whole"))
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let questions = service.answered
    #expect(Set(questions).count == questions.count && questions.count > 80)
    service.forget()

    var numbers = RandomKey(seed: 21).part("moments").makeNumbers()
    while service.kills < 8 {
      let delay = Double.random(in: 0..<0.01, using: &numbers)
      let isBefore = Bool.random(using: &numbers)
      service.expect(
        .init(
          question: Int.random(in: 0..<14, using: &numbers), afterAnswer: isBefore ? nil : delay))
      let process = Process()
      process.executableURL = Command.executable
      process.arguments = arguments("pieces")
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      service.aim(at: process.processIdentifier)
      process.waitUntilExit()
      try #require(
        process.terminationReason == .uncaughtSignal, "it ended after \(service.kills) kills")
    }
    service.expect(nil)
    let pieces = try Command(arguments("pieces"))
    #expect(pieces.exitCode == 0, "\(pieces.errors)")
    #expect(service.repeated == 0)
    #expect(Set(service.answered) == Set(questions))
    #expect(
      FileManager.default.contentsEqual(
        atPath: path("whole/substitute.pt2"), andPath: path("pieces/substitute.pt2")))
  }

  @Test func whatCannotBeIsOneSentence() throws {
    let model = ShippedSigns.model.path
    let poor = try Command(arguments(model, budget: 60))
    #expect(poor.exitCode == 64 && poor.errors.contains("give a greater budget"))
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
