import Foundation
import Imaging
import Synchronization
import TensorModule
import TestKit
import Testing

/// A service of brightest channels that is asked by a process which does not come to its end.
extension SubstituteTests {
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

  /// Describes a service, and says how it is asked.
  private func describe(_ server: FaultyServer) throws {
    try """
    url: \(server.address)/predict
    shape: 3x6x6
    classes: [red, green, blue]
    json: '{"picture": {{byte_array}}}'
    answer: {label: label}
    """.write(toFile: path("service.yaml"), atomically: true, encoding: .utf8)
  }

  private func arguments(in name: String, attacking count: Int) -> [String] {
    [
      "substitute", "--oracle", path("service.yaml"), "--budget", "300", "--seeds",
      path("pictures"), "--seed-count", "20", "--held-out", "10", "--sample", "\(count)",
      "--substitute", "mlp-8", "--epochs", "2", "--rounds", "2", "--attacks", "fgsm",
      "pgd:steps=3", "--threads", "1", "--concurrency", "1", "--json", "-o", path(name),
    ]
  }

  /// What the attacks found.
  private func transfers(in command: Command) throws -> NSArray {
    let results = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    return try #require((results as? [String: Any])?["transfers"] as? NSArray)
  }

  /// What one of the attacks asked, as the results have it.
  private func questions(of transfer: Any) throws -> Set<String> {
    let attempts = try #require((transfer as? [String: Any])?["attempts"] as? [[String: Any]])
    return Set(attempts.compactMap { $0["question"] as? String })
  }

  /// Killed again and again, it asks nothing twice and ends with the same substitute.
  @Test func killedAtManyMomentsItLosesNothingAndAsksNothingTwice() throws {
    try drawPictures(50)
    let service = KillingService()
    let server = try FaultyServer { request, _ in
      service.reply(to: request.body, answer: OracleAttackTests.answer(to: request.body))
    }
    defer { server.end() }
    try describe(server)
    let whole = try Command(arguments(in: "whole", attacking: 15))
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let questions = service.answered
    #expect(Set(questions).count == questions.count && questions.count > 80)
    service.forget()

    try service.kill(
      arguments(in: "pieces", attacking: 15), times: 8, before: 14, within: 0.01, seed: 21)
    let pieces = try Command(arguments(in: "pieces", attacking: 15))
    #expect(pieces.exitCode == 0, "\(pieces.errors)")
    #expect(service.repeated == 0)
    #expect(Set(service.answered) == Set(questions))
    #expect(
      FileManager.default.contentsEqual(
        atPath: path("whole/substitute.pt2"), andPath: path("pieces/substitute.pt2")))
  }

  /// What is asked, and whom Ctrl-C reaches at which question.
  private struct Questions {
    var bodies: [Data] = []
    var stop: (question: Int, process: Int32?)?
  }

  /// Ctrl-C while an attack is going on ends it before it is through, and the same command goes on.
  @Test func stopsWithinAnAttackAndGoesOn() throws {
    try drawPictures(90)
    let questions = Mutex(Questions())
    let server = try FaultyServer { request, _ in
      questions.withLock { questions in
        if let stop = questions.stop, stop.question == questions.bodies.count,
          let process = stop.process
        {
          kill(process, SIGINT)
        }
        questions.bodies.append(request.body)
      }
      return OracleAttackTests.answer(to: request.body)
    }
    defer { server.end() }
    try describe(server)
    let whole = try Command(arguments(in: "whole", attacking: 60))
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let all = questions.withLock(\.bodies)
    // The last are the pictures under two attacks; a question that comes again is not asked again.
    let asked = try transfers(in: whole).map { try self.questions(of: $0) }
    let first = all.count - asked[0].union(asked[1]).count
    #expect(asked[0].count > 50)
    questions.withLock { $0 = Questions(stop: (first + 2, nil)) }
    let process = Process()
    let errors = Pipe()
    process.executableURL = Command.executable
    process.arguments = arguments(in: "pieces", attacking: 60)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    questions.withLock { $0.stop?.process = process.processIdentifier }
    let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130, "\(words)")
    #expect(words.contains("stopped; no answer is lost"))
    // Stopped after the first 25.
    let count = questions.withLock(\.bodies).count
    #expect(count > first + 2 && count <= first + 25, "\(count) questions, \(first) before")
    questions.withLock { $0.stop = nil }
    let rest = try Command(arguments(in: "pieces", attacking: 60))
    #expect(rest.exitCode == 0, "\(rest.errors)")
    #expect(try transfers(in: rest) == transfers(in: whole))
    #expect(questions.withLock(\.bodies) == all)
  }
}
