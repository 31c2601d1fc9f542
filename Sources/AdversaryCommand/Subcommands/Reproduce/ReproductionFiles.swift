import Adversary
import Foundation

/// What a reproduction leaves for programs and people.
struct ReproductionFiles {
  /// Where it is kept.
  let folder: String

  /// Writes `results.json` and `results.md`, and says where they are.
  func write(_ results: some Encodable, markdown: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let url = URL(filePath: folder)
    do {
      try encoder.encode(results).write(
        to: url.appending(path: "results.json"), options: .atomic)
      try Data(markdown.utf8).write(to: url.appending(path: "results.md"), options: .atomic)
    } catch {
      throw RunFolderError.unwritable(folder, because: error)
    }
    remark("results: \(folder)/results.md")
  }
}
