import Foundation
import ThreatModels

/// Texts that are sent, and that no sentence and no file may hold.
struct Secrets: Sendable {
  /// What is so short is found in any sentence, and is not looked for where a part of a text is meant.
  private static let shortestPart = 4
  /// The longest first, so that nothing is left of one that holds another.
  private let texts: [String]

  /// What must not be repeated to anybody.
  ///
  /// - Parameter texts: such as values of headers. A service may repeat what stands in them alone: a word
  ///   after the first, as after “Bearer”, or the value of “session=…”.
  init(_ texts: [String]) {
    var all: Set<String> = []
    for text in texts where !text.isEmpty {
      let words = text.split { " ,;".contains($0) }.map(String.init)
      let values = words.compactMap { word in
        word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) }
      }
      let pieces = text.split { "?#".contains($0) }.map(String.init)
      let parts = words.dropFirst() + values + pieces
      let whole = [text] + parts.filter { $0.count >= Self.shortestPart }
      for secret in whole {
        all.insert(secret)
        for allowed in [CharacterSet.urlPathAllowed, .urlQueryAllowed, .urlQueryValueAllowed] {
          all.insert(secret.addingPercentEncoding(withAllowedCharacters: allowed) ?? secret)
        }
      }
    }
    self.texts = all.sorted { ($0.count, $0) > ($1.count, $1) }
  }

  /// What an address holds that is not to be shown: the password and what stands in the query string.
  static func parts(of url: URL) -> [String] {
    guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: false) else { return [] }
    let query = (parts.queryItems ?? []).map { $0.value ?? $0.name }
    return ([parts.password].compactMap(\.self) + query).filter { $0.count >= shortestPart }
  }

  /// A text with `…` for each secret.
  func removed(from text: String) -> String {
    texts.reduce(text) { $0.replacingOccurrences(of: $1, with: "…") }
  }

  /// The same error without secrets, of which a service may repeat some.
  func removed(from error: OracleError) -> OracleError {
    // Shorter ones are parts of our own words.
    let long = texts.filter { $0.count >= Self.shortestPart }
    func shown(_ sentence: String) -> String {
      long.reduce(sentence) { $0.replacingOccurrences(of: $1, with: "…") }
    }
    return switch error {
    case .malformed(let sentence): .malformed(shown(sentence))
    case .refused(let sentence): .refused(shown(sentence))
    case .untold(let details, let sentence): .untold(details, shown(sentence))
    default: error
    }
  }

  /// An address without user name, password, fragment, what stands in the query string but for its names,
  /// and secrets in its path.
  func shown(_ url: URL) -> String {
    guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: false) else { return "" }
    var text = "\(parts.scheme ?? "")://\(parts.encodedHost ?? "")"
    if let port = parts.port { text += ":\(port)" }
    text += removed(from: parts.percentEncodedPath)
    // What has no value may be one.
    let names = (parts.percentEncodedQueryItems ?? []).map { item in
      item.value == nil ? "…" : "\(removed(from: item.name))=…"
    }
    return names.isEmpty ? text : text + "?" + names.joined(separator: "&")
  }
}

extension CharacterSet {
  /// What need not be escaped within a value of a query string.
  fileprivate static let urlQueryValueAllowed = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
