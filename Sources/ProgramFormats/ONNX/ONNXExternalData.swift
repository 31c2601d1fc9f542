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
  /// How much of each file was read, by its path.
  private var byteCounts: [String: Int] = [:]

  /// Files in the folder of the model at a path; none for a model in memory, which has no path.
  init(besideModelAt path: String?) {
    folder = path.map { URL(filePath: $0).deletingLastPathComponent().path }
  }

  /// The elements of a tensor, which share their storage with others at the same place.
  ///
  /// Different places in a file must not take more than the file has: otherwise a small file could
  /// fill any memory.
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
    let file = try open(range, place: place)
    let total = byteCounts[file.path, default: 0] + range.byteCount
    guard total <= file.byteCount else {
      throw FormatError(
        .malformed,
        "\(place) overlaps other tensors in \(range.title); export the model again")
    }
    byteCounts[file.path] = total
    let storage = try read(range, from: file, place: place).unpacked(layout)
    storages[key] = storage
    return storage
  }

  /// The bytes of a tensor as they lie in the file.
  ///
  /// The parameters are those of ``storage(_:_:place:)``.
  func bytes(
    _ entries: [ONNXStringStringEntryProto], _ layout: ONNXTensorLayout, place: String
  ) throws(FormatError) -> Storage {
    let range = try ONNXExternalRange(entries, byteCount: layout.byteCount, place: place)
    return try read(range, from: open(range, place: place), place: place)
  }

  /// The path of the file that holds a tensor's numbers.
  ///
  /// The parameters are those of ``storage(_:_:place:)``.
  func path(
    _ entries: [ONNXStringStringEntryProto], _ layout: ONNXTensorLayout, place: String
  ) throws(FormatError) -> String {
    let range = try ONNXExternalRange(entries, byteCount: layout.byteCount, place: place)
    return try open(range, place: place).path
  }

  /// Opens the file that a range lies in, which is long enough.
  private func open(
    _ range: ONNXExternalRange, place: String
  ) throws(FormatError) -> ONNXExternalFile {
    guard let folder else {
      throw FormatError(
        .unsupported,
        "\(place) is in \(range.title), which is looked for only beside a model that is a file "
          + "itself; read the model by its path")
    }
    let file = try ONNXExternalFile(
      at: range.location, in: folder, title: range.title, place: place)
    let end = range.offset + range.byteCount
    guard end <= file.byteCount else {
      throw FormatError(
        .malformed,
        "\(place) ends at byte \(end) of \(range.title), which has \(file.byteCount); copy or "
          + "export the model again with its external data")
    }
    return file
  }

  private func read(
    _ range: ONNXExternalRange, from file: borrowing ONNXExternalFile, place: String
  ) throws(FormatError) -> Storage {
    guard let storage = file.storage(of: range) else {
      throw FormatError(
        .malformed,
        "\(place) cannot be read from \(range.title); copy the model and its files again")
    }
    return storage
  }
}
