import Adversary
import ArgumentParser

/// `adversary attacks`.
struct Attacks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the attacks, their norms and their settings.")

  func run() throws {
    let entries = AttackCatalogue.entries
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      let norms = Norm.allCases.filter(type(of: entry.attack).norms.contains)
        .map(\.rawValue).joined(separator: " ")
      let padding = String(repeating: " ", count: width - entry.name.count)
      print("\(entry.name)\(padding)  \(entry.summary)")
      let margin = String(repeating: " ", count: width)
      print("\(margin)  norms: \(norms)")
      if !entry.settings.isEmpty { print("\(margin)  settings: \(entry.settings)") }
    }
    print("\nSettings follow a colon: pgd:steps=100,restarts=10,stepSize=2/255")
  }
}
