import Foundation

extension String {
  /// The path from the root, without detours.
  var absolutePath: String { URL(filePath: self).standardizedFileURL.path }

  /// The text as one word of a shell.
  var quotedForShell: String {
    let plain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+".contains($0)) }
    return plain && !isEmpty ? self : "'\(replacing("'", with: "'\\''"))'"
  }

  /// The last part of a path.
  var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
