import Foundation
import ThreatModels

/// One HTTP request: what is sent, and where.
struct HTTPQuestion: Sendable {
  var method = "POST"
  /// The whole address; its scheme is http or https.
  var url: URL
  /// Names and values; values may be secret.
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []
  /// Whether it can be asked in parts, should the service find it too large (status 413).
  var isDivisible = false
}

/// What a service answered with a status of 200…299, or with 413 to what can be asked in parts.
struct HTTPAnswer: Sendable {
  var status: Int
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  /// The first value of a header, whatever the case of its name.
  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

extension URL {
  /// An address of a service.
  ///
  /// - Throws: `OracleError.unusable` when it is no http or https address with a host, or holds a user name.
  init(ofService text: String) throws(OracleError) {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = url.host(), !host.isEmpty
    else {
      // What cannot be read may hold a password.
      throw .unusable(
        "the address of the service is not of the form http://host/… or https://host/…")
    }
    guard url.user() == nil, url.password() == nil else {
      throw .unusable(
        "the address of the service holds a user name or a password, which is not sent: give a header "
          + "“Authorization: Basic …” instead")
    }
    self = url
  }

  /// The address as it may be shown and kept: without what stands in the query string but for its names.
  package var withoutSecrets: String { Secrets([]).shown(self) }

  /// The same address with something more at the end of its path; the query string stays behind it.
  func appendingToPath(_ text: String) -> URL? {
    guard var parts = URLComponents(url: self, resolvingAgainstBaseURL: false) else { return nil }
    parts.percentEncodedPath += text
    return parts.url
  }

  /// Whether two addresses are served by the same host, on the same port, with the same protection.
  func hasOrigin(of other: URL) -> Bool {
    func port(of url: URL) -> Int { url.port ?? (url.scheme?.lowercased() == "https" ? 443 : 80) }
    return scheme?.lowercased() == other.scheme?.lowercased()
      && host()?.lowercased() == other.host()?.lowercased() && port(of: self) == port(of: other)
  }
}
