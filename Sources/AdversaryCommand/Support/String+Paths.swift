import Foundation

extension String {
  /// The path from the root, without detours.
  var absolutePath: String { URL(filePath: self).standardizedFileURL.path }

  /// The last part of a path.
  var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
