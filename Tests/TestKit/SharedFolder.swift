public import Foundation
public import Testing

/// The folder of real data and models beside the checkout, which is not part of the project.
///
/// Tests that need something of it carry the trait `.needs("data/mnist")`.
public enum SharedFolder {
  /// Where the folder is, or would be.
  public static let url = packageRoot.appending(path: "../shared").standardizedFileURL

  /// The path of something inside, such as `models/mnist-lenet5-standard.pt2`.
  public static func path(_ relative: String) -> String { url.appending(path: relative).path }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, visibly, where what it needs of the shared folder is not there.
  public static func needs(_ relative: String) -> Self {
    .enabled(
      if: FileManager.default.fileExists(atPath: SharedFolder.path(relative)),
      "needs shared/\(relative) beside the checkout")
  }
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
