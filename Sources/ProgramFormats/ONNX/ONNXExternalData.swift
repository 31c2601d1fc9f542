import Foundation
import ProgramIR

/// The files beside a model that hold its weights.
struct ONNXExternalData {
  private struct Key: Hashable {
    let range: ONNXExternalRange
    let type: ONNXDataType
  }

  private let folder: String?
  /// What was read, so that weights which share their numbers go on sharing them.
  private var storages: [Key: Storage] = [:]
  /// How much of each file was read.
  private var byteCounts: [String: Int] = [:]

  /// Files in the folder of the model at a path; none for a model in memory, which has no path.
  init(besideModelAt path: String?) {
    folder = path.map { URL(filePath: $0).deletingLastPathComponent().path }
  }

  /// The numbers in part of a file.
  ///
  /// - Parameters:
  ///   - entries: what the tensor says about the file.
  ///   - place: what errors call the tensor.
  mutating func storage(
    _ entries: [ONNXStringStringEntryProto], _ layout: ONNXTensorLayout, place: String
  ) throws(FormatError) -> Storage {
    let range = try ONNXExternalRange(entries, byteCount: layout.byteCount, place: place)
    let key = Key(range: range, type: layout.type)
    if let storage = storages[key] { return storage }
    let bytes = try read(range, place: place)
    let storage = bytes.unpacked(layout)
    storages[key] = storage
    return storage
  }

  private mutating func read(
    _ range: ONNXExternalRange, place: String
  ) throws(FormatError) -> Storage {
    guard let folder else {
      throw FormatError(
        .unsupported,
        "\(place) is in a file of external data, which is looked for only beside a model that is a "
          + "file itself; read the model by its path")
    }
    let file = "the file '\(range.location)' of external data"
    guard let root = Self.realPath(folder), let path = Self.realPath("\(root)/\(range.location)")
    else {
      throw FormatError(
        .missing,
        "\(place) is in \(file), which is not beside the model; copy it there under that name")
    }
    guard path.hasPrefix(root == "/" ? root : root + "/") else {
      throw FormatError(
        .malformed,
        "\(place) is in \(file), which leads out of the model's folder; copy the file into it")
    }
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FormatError(
        .missing, "\(place) is in \(file), which cannot be opened; check its permissions")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FormatError(.unsupported, "\(place) is in \(file), which is no regular file")
    }
    let length = Int(status.st_size)
    guard range.offset + range.byteCount <= length else {
      throw FormatError(
        .malformed,
        "\(place) ends at byte \(range.offset + range.byteCount) of \(file), which has \(length); "
          + "copy or export the model again with its external data")
    }
    let total = byteCounts[path, default: 0] + range.byteCount
    guard total <= length else {
      throw FormatError(
        .malformed,
        "\(place) overlaps other tensors in \(file); export the model again")
    }
    byteCounts[path] = total
    return try Self.read(range, from: descriptor, "\(place) cannot be read from \(file)")
  }

  private static func read(
    _ range: ONNXExternalRange, from descriptor: Int32, _ failure: String
  ) throws(FormatError) -> Storage {
    try Storage(byteCount: range.byteCount) { bytes throws(FormatError) in
      var count = 0
      while count < bytes.count {
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
        let read = pread(descriptor, part.baseAddress, part.count, off_t(range.offset + count))
        if read < 0 && errno == EINTR { continue }
        guard read > 0 else {
          throw FormatError(.malformed, "\(failure); copy the model and its files again")
        }
        count += read
      }
    }
  }

  /// The path after all links have been followed; `nil` if there is nothing.
  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
