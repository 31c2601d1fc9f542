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
      service: results.service.title, attack: results.attackTitle, threat: results.threat,
      samples: results.samples.map { sample in
        OracleAttackPage.Sample(
          name: sample.name, labelName: sample.labelName,
          adversarialName: sample.adversarialName, outcome: sample.outcome,
          distances: sample.distances, queries: sample.queries,
          queriesToSuccess: sample.queriesToSuccess)
      }, curve: results.successCurve, queries: results.queries, cost: cost,
      picturesLeft: results.picturesLeft, pattern: results.pattern, command: options.commandLine,
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

  private var beginning: String {
    let substitutes = results.substitutes
    if substitutes.isEmpty { return "the pictures as they are" }
    return substitutes.map(\.source).joined(separator: ", ")
      + (results.ensemble.map { ", \($0.average)" } ?? "")
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
        Gallery.Setting("Target", results.targetName ?? "any wrong class"),
        Gallery.Setting("Begins at", beginning),
        Gallery.Setting("Seed", String(results.seed)),
      ]
  }
}
