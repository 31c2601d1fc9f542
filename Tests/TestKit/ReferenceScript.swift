public import Foundation

/// A script of `Tests/Reference` that lets PyTorch judge what we made.
public enum ReferenceScript {
  /// The Python of `make setup`, if it is there.
  public static let python: URL? = {
    let url = packageRoot.appending(path: ".venv/bin/python")
    return FileManager.default.isExecutableFile(atPath: url.path) ? url : nil
  }()

  /// Runs a script.
  ///
  /// - Parameters:
  ///   - name: such as `check_written_programs.py`.
  ///   - python: the interpreter.
  ///   - arguments: what the script is given.
  /// - Returns: its exit status and everything that it printed.
  public static func run(
    _ name: String, with python: URL, _ arguments: [String]
  ) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = python
    process.arguments =
      [packageRoot.appending(path: "Tests/Reference/\(name)").path] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
