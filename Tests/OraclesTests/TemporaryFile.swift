import Foundation

/// A path for a file that goes when the test is over.
final class TemporaryFile {
  let path = FileManager.default.temporaryDirectory
    .appending(path: "oracles-\(UUID().uuidString).sqlite").path

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
