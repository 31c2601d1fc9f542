import Foundation
import TestKit

/// The command as people run it: a process with arguments, two outputs and an exit code.
struct Command {
  let exitCode: Int32
  let output: String
  let errors: String

  /// Runs the command that was built together with the tests.
  init(_ arguments: String...) throws { try self.init(arguments) }

  /// The same for a list.
  init(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files and not pipes: a pipe that nobody empties stops the process.
    let files = ["output", "errors"].map { folder.appending(path: $0) }
    let handles = try files.map { file in
      try Data().write(to: file)
      return try FileHandle(forWritingTo: file)
    }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    try process.run()
    process.waitUntilExit()
    exitCode = process.terminationReason == .exit ? process.terminationStatus : -1
    output = try String(contentsOf: files[0], encoding: .utf8)
    errors = try String(contentsOf: files[1], encoding: .utf8)
  }

  /// Beside the test bundle, whatever the configuration and the build folder.
  static let executable: URL = {
    let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    return bundle.appending(path: "adversary")
  }()
}
