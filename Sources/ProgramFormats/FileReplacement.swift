package import Foundation

/// A file that takes its name when it is complete and on the disk; what was there before stays until
/// then, and if anything fails.
package struct FileReplacement {
  /// The reason that the operating system gives.
  package struct Failure: Error, CustomStringConvertible {
    /// The number of the error.
    package let code: Int32
    /// What the number means.
    package var description: String { String(cString: strerror(code)) }

    /// What the last call of the operating system complained of.
    static var last: Failure { Failure(code: errno) }
  }

  /// Where to write until then: in the same folder, so that the last step is only a change of name.
  package let temporaryPath: String
  private let path: String

  /// A replacement of the file at a path.
  package init(of path: String) {
    self.path = path
    temporaryPath = "\(path)\(Self.mark)\(UUID().uuidString)"
  }

  private static let mark = ".partial-"

  /// Gives the complete file its name.
  package func commit() throws(Failure) {
    try Self.settle(temporaryPath, O_RDWR)
    guard rename(temporaryPath, path) == 0 else { throw .last }
    // The new name is an entry of the folder. Some file systems refuse to settle folders.
    let folder = URL(filePath: path).deletingLastPathComponent().path
    try? Self.settle(folder, O_RDONLY)
  }

  /// Removes what was written so far.
  package func cancel() { unlink(temporaryPath) }

  /// Replaces the contents of a file in one go.
  package static func write(_ data: Data, to path: String) throws(Failure) {
    let replacement = FileReplacement(of: path)
    do throws(Failure) {
      try write(data, toNew: replacement.temporaryPath)
      try replacement.commit()
    } catch {
      replacement.cancel()
      throw error
    }
  }

  /// Whether a file of this name was left behind by a process that was killed while it wrote.
  package static func isLeftover(_ name: String) -> Bool { name.contains(mark) }

  private static func settle(_ path: String, _ access: Int32) throws(Failure) {
    let descriptor = open(path, access)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .last }
  }

  private static func write(_ data: Data, toNew path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    let failure = data.withUnsafeBytes { bytes -> Failure? in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let written = Foundation.write(descriptor, part.baseAddress, part.count)
        if written < 0 && errno == EINTR { continue }
        if written < 0 { return .last }
        rest = rest.dropFirst(written)
      }
      return nil
    }
    if let failure { throw failure }
  }
}
