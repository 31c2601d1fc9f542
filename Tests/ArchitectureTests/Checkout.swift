import Foundation

/// The package's folder on disk.
enum Checkout {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let sources = root.appending(path: "Sources", directoryHint: .isDirectory)

  /// Whether git can tell which files are tracked; it cannot in an unpacked archive.
  static let isTracked = FileManager.default.fileExists(atPath: root.appending(path: ".git").path)

  /// Every module of the package, in Swift or C: the folders of `Sources`, where
  /// `SystemLibraries` holds one folder for each system library.
  static func modules() throws -> Set<String> {
    let folders = try names(in: sources)
    return try Set(folders + names(in: sources.appending(path: "SystemLibraries")))
      .subtracting(["SystemLibraries"])
  }

  /// Every Swift file in `Sources`.
  static func swiftFiles() throws -> [SourceFile] {
    try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.hasSuffix(".swift") }
      .map { path in
        let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
        return SourceFile(
          module: String(path.prefix { $0 != "/" }), path: "Sources/\(path)", text: text)
      }
  }

  /// The paths of all tracked files that are still there, relative to the root.
  static func trackedFiles() throws -> [String] {
    let git = Process()
    let output = Pipe()
    git.executableURL = URL(filePath: "/usr/bin/env")
    git.arguments = ["git", "-C", root.path, "ls-files", "-z"]
    git.standardOutput = output
    try git.run()
    let list = try output.fileHandleForReading.readToEnd() ?? Data()
    git.waitUntilExit()
    guard git.terminationStatus == 0 else { throw GitFailure() }
    return list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      .filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
  }

  struct GitFailure: Error {}

  private static func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !$0.hasPrefix(".") }
  }
}
