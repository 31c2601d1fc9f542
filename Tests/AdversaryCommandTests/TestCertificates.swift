import Foundation
import TestKit

/// Certificates for tests, which `openssl` makes in a folder: an authority, and what it has signed.
struct TestCertificates {
  /// Where `openssl` is, if it is at hand.
  static let openssl = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/openssl" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// A certificate and its key, as paths of PEM files.
  struct Pair {
    let certificate: String
    let key: String
  }

  /// The authority: whoever trusts it trusts ``local`` and ``elsewhere``.
  let authority: Pair
  /// For `localhost` and 127.0.0.1.
  let local: Pair
  /// The same, but over since yesterday.
  let expired: Pair
  /// For `example.com`.
  let elsewhere: Pair
  /// For `localhost` and 127.0.0.1, signed by itself.
  let selfSigned: Pair

  /// Makes them.
  init(in folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let here = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    authority = try Self.signed("authority", in: folder, extensions: "basicConstraints=CA:TRUE")
    selfSigned = try Self.signed("self-signed", in: folder, extensions: here)
    local = try Self.signed("local", in: folder, extensions: here, by: authority)
    expired = try Self.signed("expired", in: folder, extensions: here, by: authority, days: -1)
    elsewhere = try Self.signed(
      "elsewhere", in: folder, extensions: "subjectAltName=DNS:example.com", by: authority)
  }

  /// A certificate that is signed by another, or by itself.
  private static func signed(
    _ name: String, in folder: URL, extensions: String, by authority: Pair? = nil, days: Int = 2
  ) throws -> Pair {
    func file(_ ending: String) -> String { folder.appending(path: "\(name).\(ending)").path }
    let pair = Pair(certificate: file("pem"), key: file("key"))
    try extensions.write(toFile: file("ext"), atomically: true, encoding: .utf8)
    try make([
      "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-keyout", pair.key, "-out", file("csr"), "-subj", "/CN=adversary test \(name)",
    ])
    let signer =
      authority.map { ["-CA", $0.certificate, "-CAkey", $0.key, "-CAcreateserial"] }
      ?? ["-signkey", pair.key]
    try make(
      [
        "x509", "-req", "-in", file("csr"), "-out", pair.certificate, "-days", "\(days)",
        "-extfile", file("ext"),
      ] + signer)
    return pair
  }

  private static func make(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: openssl ?? "")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}
