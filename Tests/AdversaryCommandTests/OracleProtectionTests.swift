import Foundation
import Synchronization
import TestKit
import Testing

extension OracleAttackTests {
  /// Services behind TLS, with certificates of every kind, and what is said of them.
  @Test(
    .enabled(if: TestCertificates.openssl != nil, "openssl is not at hand"),
    .timeLimit(.minutes(10)))
  func certificatesAreChecked() throws {
    let keys = Mutex<[String]>([])
    let server = try FaultyServer { request, _ in
      keys.withLock { $0.append(request.headers["authorization"] ?? "") }
      return Self.answer(to: request.body)
    }
    defer { server.end() }
    let behind = try #require(URL(string: server.address)?.port)
    let certificates = try TestCertificates(in: URL(filePath: path("certificates")))
    let authority = ["--ca", certificates.authority.certificate]
    let cases: [(TestCertificates.Pair, [String], sentence: String?)] = [
      (certificates.selfSigned, [], "its certificate is not to be trusted"),
      (certificates.selfSigned, authority, "its certificate is not to be trusted"),
      (certificates.local, [], "its certificate is not to be trusted"),
      (certificates.expired, authority, "its certificate is not to be trusted: it has expired"),
      (certificates.elsewhere, authority, "its certificate is for another host"),
      (certificates.local, authority, nil),
      (certificates.selfSigned, ["--ca", certificates.selfSigned.certificate], nil),
    ]
    for (number, (pair, options, sentence)) in cases.enumerated() {
      let front = try ProtectedFront(showing: pair, before: behind)
      defer { front.end() }
      for host in ["127.0.0.1", "localhost"] {
        let before = server.requestCount
        let command = try Command(
          [
            "attack", path("pictures"), "--oracle",
            try describe("https://\(host):\(front.port)"), "--method", "rays", "--budget", "12",
          ] + options)
        if let sentence {
          #expect(command.exitCode == 69, "\(number): \(command.errors)")
          #expect(
            command.errors.contains("https://\(host):\(front.port)/predict: \(sentence)"),
            "\(number): \(command.errors)")
          #expect(server.requestCount == before && front.receivedBytes == 0)
        } else {
          #expect(command.exitCode == 0, "\(number): \(command.errors)")
          #expect(server.requestCount > before && front.receivedBytes > 0)
        }
        #expect(!command.errors.contains("top-secret"))
      }
    }
    #expect(Set(keys.withLock(\.self)) == ["Bearer top-secret"])
  }

  /// Plain HTTP where TLS is expected, and the other way about.
  @Test(.enabled(if: TestCertificates.openssl != nil, "openssl is not at hand"))
  func theWrongKindOfAddressIsSaid() throws {
    let plain = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { plain.end() }
    let certificates = try TestCertificates(in: URL(filePath: path("certificates")))
    let behind = try #require(URL(string: plain.address)?.port)
    let front = try ProtectedFront(showing: certificates.local, before: behind)
    defer { front.end() }
    let cases = [
      ("https://127.0.0.1:\(behind)", "it does not speak TLS: is this an http address?"),
      ("http://127.0.0.1:\(front.port)", "gave no answer in 2 tries"),
    ]
    for (address, sentence) in cases {
      let command = try Command(
        "attack", path("pictures"), "--oracle", try describe(address), "--method", "rays",
        "--budget", "12", "--retries", "1")
      #expect(command.exitCode == 69, "\(command.errors)")
      #expect(command.errors.contains(sentence), "\(command.errors)")
    }
    #expect(plain.requestCount == 0 && front.receivedBytes == 0)
    let missing = try Command(
      "attack", path("pictures"), "--oracle", try describe("https://127.0.0.1:1"), "--method",
      "rays", "--budget", "12", "--ca", path("nowhere.pem"))
    #expect(missing.exitCode == 66, "\(missing.errors)")
    let useless = try Command(
      "attack", path("pictures"), "--oracle", try describe("https://127.0.0.1:1"), "--method",
      "rays", "--budget", "12", "--ca", path("pictures/p0.png"))
    #expect(useless.exitCode == 65, "\(useless.errors)")
    #expect(useless.errors.contains("holds no certificates"), "\(useless.errors)")
  }
}
