import Foundation
import TestKit
import Testing

extension OracleAttackTests {
  /// Killed at thirty moments in all, the attack ends as if nothing had happened, and has paid as little.
  @Test(.releaseOnly) func killedAtThirtyMomentsItLosesNothingAndAsksNothingTwice() throws {
    let service = KillingService()
    let server = try FaultyServer { request, _ in
      service.reply(to: request.body, answer: Self.answer(to: request.body))
    }
    defer { server.end() }
    let description = try describe(server.address)
    func arguments(_ name: String) -> [String] {
      [
        "attack", path("pictures"), "--oracle", description, "--method", "rays:queries=250",
        "--epsilon", "1/255", "--budget", "5000", "--concurrency", "1", "--journal",
        path("\(name).sqlite"), "--json", "-o", path(name),
      ]
    }
    let whole = try Command(arguments("whole"))
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let questions = service.answered
    #expect(Set(questions).count == questions.count)
    service.forget()

    try service.kill(arguments("pieces"), times: 30, before: 12, within: 0.004, seed: 20)
    let pieces = try Command(arguments("pieces"))
    #expect(pieces.exitCode == 0, "\(pieces.errors)")
    #expect(service.repeated == 0)
    #expect(Set(service.answered) == Set(questions))
    #expect(service.answered.count == questions.count + service.lost)

    var (one, other) = (try Self.results(whole), try Self.results(pieces))
    // What may have to be paid for: each kill can have cost the question that was on its way.
    let (paid, paidInPieces) = (one["queries"] as? Int ?? 0, other["queries"] as? Int ?? 0)
    #expect((paid...(paid + 30)).contains(paidInPieces))
    one["queries"] = nil
    other["queries"] = nil
    #expect(one as NSDictionary == other as NSDictionary)
    let files = try FileManager.default.subpathsOfDirectory(atPath: path("whole")).sorted()
      .filter { $0.hasSuffix(".png") }
    #expect(files.count >= 2)
    for file in files {
      #expect(
        FileManager.default.contentsEqual(
          atPath: path("whole/\(file)"), andPath: path("pieces/\(file)")), "\(file)")
    }
  }

  private static func results(_ command: Command) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(command.output.utf8)) as? [String: Any])
  }
}
