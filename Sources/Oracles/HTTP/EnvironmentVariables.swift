import Foundation
public import ThreatModels

/// Variables of the environment that stand for parts of texts, so that secrets need not be written down.
public struct EnvironmentVariables: Sendable {
  /// What was put in.
  public private(set) var used: [String] = []
  private let values: [String: String]

  /// The variables of an environment.
  public init(_ values: [String: String]) {
    self.values = values
  }

  /// A text with `${NAME}` replaced.
  ///
  /// - Throws: `OracleError.unusable` when a variable is not set.
  mutating func filled(_ text: String) throws(OracleError) -> String {
    var (result, rest) = ("", text[...])
    while let start = rest.range(of: "${") {
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw .unusable("a variable of the environment is written ${NAME}")
      }
      let name = String(rest[start.upperBound..<end])
      guard let value = values[name], !value.isEmpty else {
        throw .unusable("the variable \(name) of the environment is not set")
      }
      used.append(value)
      result += rest[..<start.lowerBound] + value
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  /// The value of a header with `${NAME}` replaced.
  ///
  /// - Throws: `OracleError.unusable` when a variable is not set, or name and value make no header.
  public mutating func header(_ name: String, _ text: String) throws(OracleError) -> String {
    let value = try filled(text)
    guard value.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value < 127 }) else {
      throw .unusable("a header is one line of ASCII characters")
    }
    guard name.wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~-]+/) != nil else {
      throw .unusable("the name of a header is one word of ASCII letters, digits and hyphens")
    }
    return value
  }
}
