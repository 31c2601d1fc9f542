import Foundation
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

/// What must be sent and must not be said.
@Suite struct SecretsTests {
  private static let rest = """
    shape: 3x4x4
    classCount: 3
    json: '{"image": {{byte_array}}}'
    answer: {label: label}
    """

  private static let addresses: [(String, String)] = [
    ("/hook/${TOKEN}/predict", "/hook/…/predict"), ("/p?${TOKEN}", "/p?…"),
    ("/p?key=${TOKEN}&x=1", "/p?key=…&x=…"), ("/p?${TOKEN}=1", "/p?…=…"),
  ]

  /// A variable may give the host, too.
  @Test func aHostOfTheEnvironment() throws {
    let endpoint = try DescribedEndpoint(
      "url: 'http://${HOSTV}:9102/x'\n" + Self.rest, named: "o.yaml",
      environment: ["HOSTV": "inner.example.com"])
    #expect(endpoint.identity.address == "http://…:9102/x")
  }

  /// Neither the journal nor an error holds what a variable in the address gave.
  @Test(arguments: addresses, ["topsecretvalue", "top secret/é|value"])
  func variablesInAddresses(address: (String, String), token: String) throws {
    let server = try FaultyServer { request, _ in .answer(400, Data("no \(request.path)".utf8)) }
    defer { server.end() }
    let endpoint = try DescribedEndpoint(
      "url: '\(server.address)\(address.0)'\n" + Self.rest, named: "o.yaml",
      environment: ["TOKEN": token])
    #expect(endpoint.identity.address == server.address + address.1)
    let oracle = DescribedOracle(endpoint, settings: .quick)
    let picture = EncodedPicture(bytes: [UInt8](repeating: 0, count: 48), isRounded: false)
    let error = #expect(throws: OracleError.self) {
      try oracle.ask(about: [picture], send: { _ in }, receive: { _, _ in })
    }
    let sentence = try #require(error?.description)
    #expect(sentence.contains(server.address + address.1), "\(sentence)")
    #expect(!sentence.contains("secret"), "\(sentence)")
  }

  private static let echoes: [(header: String, echo: String)] = [
    ("Bearer hush-hush", "hush-hush"), ("session=hush-hush; theme=dark", "your hush-hush"),
    ("a hush-hush,b", "hush-hush"), ("session=hush-hush", "session=hush-hush"),
  ]

  @Test(arguments: echoes) func partsOfHeaders(header: String, echo: String) {
    let shown = Secrets([header]).removed(from: "no: \(echo).")
    #expect(shown.contains("…") && !shown.contains("hush"), "\(shown)")
  }

  /// A service that repeats what it was sent, in answers that are none as well.
  @Test(arguments: [400, 200]) func whatAServiceRepeats(status: Int) throws {
    let server = try FaultyServer { request, _ in
      let said = #"{"name": "\#(request.path)", "platform": "", "inputs": [], "outputs": []}"#
      return .answer(status, Data(said.utf8))
    }
    defer { server.end() }
    let error = #expect(throws: OracleError.self) {
      try OpenInferenceOracle(
        "\(server.address)/v2/models/x?key=hush-hush", settings: .quick)
    }
    let sentence = try #require(error?.description)
    #expect(sentence.contains("key=…") && !sentence.contains("hush"), "\(sentence)")
  }

  @Test func addressesWithoutSecrets() throws {
    let text = "https://me:word@example.com:8443/a/b?key=1&x=2&flag#part"
    let url = try #require(URL(string: text))
    #expect(url.withoutSecrets == "https://example.com:8443/a/b?key=…&x=…&…")
    for text in [text, "http://me@example.com", "http://:word@example.com"] {
      let error = #expect(throws: OracleError.self) { try URL(ofService: text) }
      #expect(error?.description.contains("give a header") == true)
    }
    for text in ["", "example.com", "ftp://example.com", "http://", "file:///etc/passwd"] {
      #expect(throws: OracleError.self) { try URL(ofService: text) }
    }
  }
}
