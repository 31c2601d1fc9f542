import Foundation
import InferenceProtocol
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

  /// What an address of a service holds that is not to be shown: what stands in the query string.
  static func parts(of url: URL) -> [String] {
    guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: false) else { return [] }
    let query = (parts.queryItems ?? []).map { $0.value ?? $0.name }
    return query.filter { $0.count >= shortestPart }
  }

  /// A text with `…` for each secret.
  func removed(from text: String) -> String {
    texts.reduce(text) { $0.replacingOccurrences(of: $1, with: "…") }
  }

  /// What a service says, for a sentence or a file: without secrets, on one line and not endlessly long.
  ///
  /// - Parameter longest: how many characters are left of it.
  func cleaned(_ text: String, upTo longest: Int = 100) -> String {
    longRemoved(from: text).cleaned(upTo: longest)
  }

  /// A name that a service gives, in quotation marks.
  func quoted(_ name: String) -> String { longRemoved(from: name).quoted }

  /// Some names that a service gives, in quotation marks.
  func quoted(_ names: some Collection<String>) -> String {
    let most = 10
    let shown = names.prefix(most).map { quoted($0) }.joined(separator: ", ")
    return shown + (names.count > most ? " and \(names.count - most) more" : "")
  }

  /// A text with `…` for each secret but the shortest, which are parts of our own words.
  private func longRemoved(from text: String) -> String {
    texts.filter { $0.count >= Self.shortestPart }
      .reduce(text) { $0.replacingOccurrences(of: $1, with: "…") }
  }

  /// The same error without secrets, of which a service may repeat some, and without what steers a terminal.
  func removed(from error: OracleError) -> OracleError {
    func shown(_ sentence: String) -> String { cleaned(sentence, upTo: 1000) }
    return switch error {
    case .malformed(let sentence): .malformed(shown(sentence))
    case .refused(let sentence): .refused(shown(sentence))
    case .untold(let details, let sentence): .untold(details, shown(sentence))
    default: error
    }
  }

  /// An address without user name, password, fragment, what stands in the query string but for its names,
  /// and secrets in its host and its path.
  func shown(_ url: URL) -> String {
    guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: false) else { return "" }
    // A variable of the environment may have given the host.
    let host = parts.host.map { removed(from: $0) }
    let shownHost = host == parts.host ? parts.encodedHost : host
    var text = "\(parts.scheme ?? "")://\(shownHost ?? "")"
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
