import Foundation
import TestKit
import Testing

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
    try verify("--oracle", service, "--budget", "1", code: 1, says: "there is no answer")

    // Another class in the results, and then another picture.
    let file = URL(filePath: run + "/oracle.json")
    let results = try String(contentsOf: file, encoding: .utf8)
    let changed = results.replacingOccurrences(of: "\"clean\" : 0", with: "\"clean\" : 1")
    #expect(changed != results)
    try changed.write(to: file, atomically: true, encoding: .utf8)
    try verify("--answers", path("queries.sqlite"), code: 1, says: "is class 0, and not 1")
    try results.write(to: file, atomically: true, encoding: .utf8)
    let picture = run + "/adversarial/p0.png"
    try FileManager.default.removeItem(atPath: picture)
    try FileManager.default.copyItem(atPath: path("pictures/p1.png"), toPath: picture)
    try verify(code: 1, says: "the picture is outside the budget")
    try "{}".write(to: file, atomically: true, encoding: .utf8)
    try verify(code: 65, says: "oracle.json")
  }
}
