public import Foundation
public import Testing

/// The folder of real data and models beside the checkout, which is not part of the project.
///
/// Tests that need it are enabled only where it is, and say so:
/// `@Test(.enabled(if: SharedFolder.isPresent, SharedFolder.reason))`.
public enum SharedFolder {
  /// Where the folder is, or would be.
  public static let url = packageRoot.appending(path: "../shared").standardizedFileURL

  /// Whether the folder is there.
  public static var isPresent: Bool {
    FileManager.default.fileExists(atPath: path("models"))
  }

  /// Why a test is skipped where the folder is not there.
  public static let reason: Comment = "../shared is not beside the checkout"

  /// The path of something inside, such as `models/mnist-lenet5-standard.pt2`.
  public static func path(_ relative: String) -> String { url.appending(path: relative).path }
}

/// The root of the checkout.
public let packageRoot = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

extension URL {
  /// A file of little-endian 32-bit real numbers.
  public func readFloats() throws -> [Float] {
    let data = try Data(contentsOf: self)
    return data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - 3, by: 4).map {
        Float(
          bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
        )
      }
    }
  }
}
