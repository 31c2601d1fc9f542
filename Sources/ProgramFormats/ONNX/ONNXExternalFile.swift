import Foundation
import ProgramIR

/// An open file beside a model that holds numbers of its tensors.
struct ONNXExternalFile: ~Copyable {
  /// The path after all links have been followed.
  let path: String
  /// The length of the file.
  let byteCount: Int
  private let descriptor: Int32

  /// Opens a file that must lie in the folder of the model, also after links have been followed.
  ///
  /// - Parameters:
  ///   - title: what errors call the file, as the end of "… is in".
  ///   - place: what errors call the tensor.
  init(
    at location: String, in folder: String, title: String, place: String
  ) throws(FormatError) {
    guard let root = Self.realPath(folder), let path = Self.realPath("\(root)/\(location)") else {
      throw FormatError(
        .missing,
        "\(place) is in \(title), which is not beside the model; copy it there under that name")
    }
    guard path.hasPrefix(root == "/" ? root : root + "/") else {
      throw FormatError(
        .malformed,
        "\(place) is in \(title), which leads out of the model's folder; copy the file into it")
    }
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FormatError(
        .missing, "\(place) is in \(title), which cannot be opened; check its permissions")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FormatError(
        .unsupported, "\(place) is in \(title), which is no regular file; copy one there")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads a part of the file that is known to lie inside; nothing if it cannot be read.
  func storage(of range: ONNXExternalRange) -> Storage? {
    try? Storage(byteCount: range.byteCount) { bytes throws(ReadFailure) in
      var count = 0
      while count < bytes.count {
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
        let read = pread(descriptor, part.baseAddress, part.count, off_t(range.offset + count))
        if read < 0 && errno == EINTR { continue }
        guard read > 0 else { throw ReadFailure() }
        count += read
      }
    }
  }

  private struct ReadFailure: Error {}

  /// The path after all links have been followed; `nil` if there is nothing.
  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
