import Adversary
import Foundation

/// The page of an attack on a service.
struct OracleAttackProducts {
  let results: OracleAttackResults
  let cost: String?
  let options: OracleOptions

  /// Writes `index.html`, with the pictures of the folder inside.
  func writePage(to folder: RunFolder) throws {
    let page = OracleAttackPage(
      service: results.service.address, attack: results.attackTitle, threat: results.threat,
      samples: results.samples.map { sample in
        OracleAttackPage.Sample(
          name: sample.name, labelName: sample.labelName,
          adversarialName: sample.adversarialName, outcome: sample.outcome,
          distances: sample.distances, queries: sample.queries,
          queriesToSuccess: sample.queriesToSuccess)
      }, curve: results.successCurve, queries: results.queries, cost: cost,
      picturesLeft: results.picturesLeft, pattern: results.pattern, command: command,
      settings: settings)
    let html = page.html { name in
      guard let original = try? folder.picture(.original, ofSample: name),
        let adversarial = try? folder.picture(.adversarial, ofSample: name)
      else { return nil }
      return (original, adversarial)
    }
    do {
      try Data(html.utf8).write(
        to: URL(filePath: folder.path).appending(path: "index.html"), options: .atomic)
    } catch {
      throw RunFolderError.unwritable(folder.path, because: error)
    }
  }

  /// The command line without what may be secret: values of headers, and user names and queries in addresses.
  private var command: String {
    var arguments: [String] = []
    for argument in CommandLine.arguments {
      let follows = arguments.last == "--header"
      if follows || argument.hasPrefix("--header=") {
        let line = follows ? argument : String(argument.dropFirst("--header=".count))
        let name = line.prefix { $0 != ":" }
        let shown = line.contains("${") ? line : "\(name): …"
        arguments.append(follows ? shown : "--header=\(shown)")
      } else if let oracle = options.oracle, oracle.contains("://"), argument.hasSuffix(oracle) {
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

  private var settings: [Gallery.Setting] {
    [
      Gallery.Setting("Service", results.service.address),
      Gallery.Setting("Interface", results.service.interface),
    ]
      + results.service.details.sorted { $0.key < $1.key }.map {
        Gallery.Setting("Service, \($0.key)", $0.value)
      } + [
        Gallery.Setting("Pictures sent as", results.picturesSentAs),
        Gallery.Setting("Attack", "\(results.attackTitle) \(results.attack.settings.compactText)"),
        Gallery.Setting("Budget", "\(results.threat.budget)"),
        Gallery.Setting("Query limit", options.budget.map(String.init) ?? "none"),
        Gallery.Setting("Target", results.target.map { "class \($0)" } ?? "any wrong class"),
        Gallery.Setting("Seed", String(results.seed)),
      ]
  }
}
