import Foundation

extension OracleOptions {
  /// The command line without what may be secret: values of headers, and user names and queries in addresses.
  var commandLine: String {
    var arguments: [String] = []
    for argument in CommandLine.arguments {
      let follows = arguments.last == "--header"
      if follows || argument.hasPrefix("--header=") {
        let line = follows ? argument : String(argument.dropFirst("--header=".count))
        let name = line.prefix { $0 != ":" }
        let shown = line.contains("${") ? line : "\(name): …"
        arguments.append(follows ? shown : "--header=\(shown)")
      } else if let oracle, oracle.contains("://"), argument.hasSuffix(oracle) {
        arguments.append(argument.dropLast(oracle.count) + Self.withoutSecrets(oracle))
      } else {
        arguments.append(argument)
      }
    }
    return arguments.map(\.quotedForShell).joined(separator: " ")
  }

  private static func withoutSecrets(_ address: String) -> String {
    guard var parts = URLComponents(string: address) else { return "…" }
    (parts.user, parts.password, parts.query, parts.fragment) = (nil, nil, nil, nil)
    return parts.string ?? "…"
  }
}
