import CZip
import Foundation
import ProgramIR

/// A zip archive from a stranger: its table of contents is checked before anything is read.
///
/// Entries are only looked up by name; nothing is ever written to disk.
final class ZipArchive {
  /// One file in the archive.
  struct Entry {
    let index: UInt64
    let byteCount: Int
  }

  private let handle: OpaquePointer
  private let entries: [String: Entry]

  /// The names of all files, sorted.
  var names: [String] { entries.keys.sorted() }

  /// An archive on disk, of which the caller knows the size.
  convenience init(path: String, byteCount: Int) throws(FormatError) {
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw Self.damaged(&error)
    }
    try self.init(handle, byteCount: byteCount)
  }

  /// An archive in memory, which is copied.
  convenience init(bytes: [UInt8]) throws(FormatError) {
    let copy = UnsafeMutableRawBufferPointer(start: malloc(bytes.count), count: bytes.count)
    copy.copyBytes(from: bytes)
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    let libzipFrees: Int32 = 1
    guard
      let source = zip_source_buffer_create(
        copy.baseAddress, UInt64(bytes.count), libzipFrees, &error)
    else {
      free(copy.baseAddress)
      throw Self.damaged(&error)
    }
    guard let handle = zip_open_from_source(source, ZIP_RDONLY, &error) else {
      zip_source_free(source)
      throw Self.damaged(&error)
    }
    try self.init(handle, byteCount: bytes.count)
  }

  private init(_ handle: OpaquePointer, byteCount: Int) throws(FormatError) {
    self.handle = handle
    do throws(FormatError) {
      entries = try Self.checkedEntries(of: handle, archiveByteCount: byteCount)
    } catch {
      zip_discard(handle)
      throw error
    }
  }

  deinit { zip_discard(handle) }

  /// Whether there is a file of that name.
  func contains(_ name: String) -> Bool { entries[name] != nil }

  /// The content of a small file.
  ///
  /// - Throws: ``FormatError`` if it is absent, damaged or larger than `limit`.
  func text(
    of name: String, atMost limit: Int = ZipArchive.textByteCountLimit
  ) throws(FormatError) -> Data {
    let entry = try entry(named: name)
    guard entry.byteCount <= limit else {
      throw FormatError(.malformed, "\(name) is larger than \(limit) bytes, which is refused")
    }
    var data = Data(count: entry.byteCount)
    let complete = data.withUnsafeMutableBytes { read(entry, into: $0) }
    guard complete else { throw Self.damaged(entryNamed: name) }
    return data
  }

  /// The content of a file as memory that weights can share.
  func storage(of name: String) throws(FormatError) -> Storage {
    let entry = try entry(named: name)
    return try Storage(byteCount: entry.byteCount) { bytes throws(FormatError) in
      guard read(entry, into: bytes) else { throw Self.damaged(entryNamed: name) }
    }
  }

  private func entry(named name: String) throws(FormatError) -> Entry {
    guard let entry = entries[name] else {
      throw FormatError(.malformed, "the archive lacks \(name); export the model again")
    }
    return entry
  }

  /// Whether the whole entry was read and its checksum is right.
  private func read(_ entry: Entry, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    guard let file = zip_fopen_index(handle, entry.index, 0) else { return false }
    defer { zip_fclose(file) }
    var position = 0
    while position < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[position...])
      let count = Int(zip_fread(file, rest.baseAddress, UInt64(rest.count)))
      if count <= 0 { return false }
      position += count
    }
    // libzip compares the checksum when it reaches the end, so it must be asked for more.
    var beyond: UInt8 = 0
    return zip_fread(file, &beyond, 1) == 0
  }

  private static func damaged(_ error: inout zip_error_t) -> FormatError {
    let reason = zip_error_strerror(&error).map { String(cString: $0) } ?? "unknown reason"
    return FormatError(
      .malformed, "the archive is damaged (\(reason)); copy or export the file again")
  }

  private static func damaged(entryNamed name: String) -> FormatError {
    FormatError(.malformed, "\(name) in the archive is damaged; copy or export the file again")
  }
}
