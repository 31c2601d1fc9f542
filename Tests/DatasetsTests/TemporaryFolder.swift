import Foundation
import Imaging

/// A folder of small files that disappears with the test.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    let url = URL.temporaryDirectory.appending(path: "datasets-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, with the folders that it needs, and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = URL(filePath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Writes a PNG picture of one grey pixel.
  @discardableResult
  func write(pixel: UInt8, to name: String) throws -> String {
    try write(Picture(width: 1, height: 1, filledWith: [pixel]).pngData(), to: name)
  }
}
