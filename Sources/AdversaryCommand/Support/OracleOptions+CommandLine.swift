import Adversary
import Foundation

extension OracleOptions {
  /// The command line without what may be secret: values of headers, and of the query string of an address.
  var commandLine: String {
    var arguments: [String] = []
    for argument in CommandLine.arguments {
      let follows = arguments.last == "--header"
      if follows || argument.hasPrefix("--header=") {
        let line = follows ? argument : String(argument.dropFirst("--header=".count))
        let shown = Self.withoutValue(header: line)
        arguments.append(follows ? shown : "--header=\(shown)")
      } else if let oracle, oracle.contains("://"), argument.hasSuffix(oracle) {
        arguments.append(argument.dropLast(oracle.count) + shownAddress(oracle))
      } else {
        arguments.append(argument)
      }
    }
    return arguments.map(\.quotedForShell).joined(separator: " ")
  }

  /// An address as results and the journal show it.
  private func shownAddress(_ address: String) -> String {
    URL(string: address)?.withoutSecrets ?? "…"
  }

  /// A header of which names of variables are left, and `…` stands for everything else of its value.
  private static func withoutValue(header line: String) -> String {
    guard let colon = line.firstIndex(of: ":") else { return "…" }
    var value = ""
    var rest = line[line.index(after: colon)...].drop { $0 == " " }
    while let variable = rest.firstMatch(of: /\$\{[A-Za-z_][A-Za-z0-9_]*\}/) {
      if variable.range.lowerBound > rest.startIndex { value += "…" }
      value += variable.output
      rest = rest[variable.range.upperBound...]
    }
    if !rest.isEmpty { value += "…" }
    return "\(line[..<colon]): \(value)"
  }
}
