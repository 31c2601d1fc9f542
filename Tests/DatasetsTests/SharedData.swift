import Foundation
import Testing

/// The real data beside the checkout, which is not part of it.
enum SharedData {
  static func path(_ name: String, testFile: String = #filePath) -> String {
    let root = (0..<3).reduce(URL(filePath: testFile)) { url, _ in url.deletingLastPathComponent() }
    return root.deletingLastPathComponent().appending(path: "shared/\(name)").path
  }

  static func isThere(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, visibly, where the data it needs is not beside the checkout.
  static func needs(_ name: String) -> Self {
    .enabled(if: SharedData.isThere(name), "needs shared/\(name) beside the checkout")
  }
}
