import Adversary
import Foundation

/// The page of a run, and of several runs together.
enum RunPage {
  /// How many pictures a section shows at most.
  private static let mostCards = 60

  /// One part of a page: the counts of a run and its pictures, fooled ones first.
  ///
  /// - Parameter folder: where the run's pictures are, relative to the page, ending in `/` or empty.
  static func section(
    _ title: String, explanation: [String] = [], records: [SampleRecord], folder: String = ""
  ) -> Gallery.Section {
    let attacked = records.filter { $0.outcome != .initiallyWrong }
    let fooled = attacked.filter { $0.outcome == .newlyWrong }
      .sorted { ($0.adversarial?.confidence ?? 0) > ($1.adversarial?.confidence ?? 0) }
    let shown = (fooled + attacked.filter { $0.outcome != .newlyWrong }).prefix(mostCards)
    let rest = attacked.count - shown.count
    let remark =
      rest > 0 ? ["The \(shown.count) most telling pictures of \(attacked.count) are shown."] : []
    return Gallery.Section(
      title: title, explanation: explanation + remark, counts: Counts(of: records.map(\.outcome)),
      entries: shown.map { record in
        Gallery.Entry(
          record,
          picturePath: folder + RunFolder.relativePath(of: .comparison, sample: record.name))
      })
  }

  /// What was chosen, as lines of a table.
  static func settings(of manifest: RunManifest) -> [Gallery.Setting] {
    [
      .init("model", URL(filePath: manifest.model.path).lastPathComponent),
      .init("SHA-256 of the model", manifest.model.sha256),
      .init("attack", manifest.attack.name),
      .init("budget", manifest.threat.budget.description),
      .init("pixels", manifest.threat.pixels == .eightBit ? "8-bit pictures" : "real numbers"),
      .init("seed", String(manifest.seed)),
      .init("engine", "libtorch \(manifest.engineVersion)"),
    ]
  }

  /// Writes a page.
  static func write(_ gallery: Gallery, to folder: String) throws {
    do {
      try Data(gallery.html.utf8).write(
        to: URL(filePath: folder).appending(path: "index.html"), options: .atomic)
    } catch {
      throw RunFolderError.unwritable(folder, because: error)
    }
  }
}
