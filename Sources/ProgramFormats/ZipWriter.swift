import CZip
import Foundation
import ProgramIR

/// Writes a zip archive of uncompressed files.
struct ZipWriter {
  /// What a file of the archive holds.
  enum Content {
    case data(Data)
    case storage(Storage)
  }

  private let entries: [(name: String, content: Content)]

  /// A writer of files in an order.
  init(_ entries: [(name: String, content: Content)]) {
    self.entries = entries
  }

  /// Writes the archive; whatever was at the path before stays as it was until it is complete.
  ///
  /// - Throws: ``FormatError`` of the reason `unwritable`; no part of the archive is left behind.
  func write(to path: String) throws(FormatError) {
    let replacement = FileReplacement(of: path)
    do throws(FormatError) {
      try writeAll(to: replacement.temporaryPath)
      do throws(FileReplacement.Failure) {
        try replacement.commit()
      } catch {
        throw .unwritable(error.description)
      }
    } catch {
      replacement.cancel()
      throw error
    }
  }

  private func writeAll(to path: String) throws(FormatError) {
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw Self.unwritable(&error)
    }
    var isOpen = true
    defer { if isOpen { zip_discard(archive) } }
    for entry in entries {
      // libzip reads the bytes when the archive is closed; the storages live until then in `entries`.
      guard let source = Self.source(of: entry.content, in: archive) else {
        throw Self.unwritable(zip_get_error(archive))
      }
      let index = zip_file_add(archive, entry.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
      guard index >= 0 else {
        zip_source_free(source)
        throw Self.unwritable(zip_get_error(archive))
      }
      // The time is left out, so that the same model is the same file.
      guard zip_set_file_compression(archive, UInt64(index), ZIP_CM_STORE, 0) == 0,
        zip_file_set_mtime(archive, UInt64(index), Self.beginningOfZipTime, 0) == 0
      else { throw Self.unwritable(zip_get_error(archive)) }
    }
    guard zip_close(archive) == 0 else { throw Self.unwritable(zip_get_error(archive)) }
    isOpen = false
    withExtendedLifetime(entries) {}
  }

  /// Noon of the first day that a zip archive can name, in any time zone.
  private static let beginningOfZipTime: time_t = 315_576_000

  private static func source(of content: Content, in archive: OpaquePointer) -> OpaquePointer? {
    switch content {
    case .data(let data):
      let copy = UnsafeMutableRawBufferPointer(start: malloc(max(data.count, 1)), count: data.count)
      data.copyBytes(to: copy)
      let libzipFrees: Int32 = 1
      let source = zip_source_buffer(archive, copy.baseAddress, UInt64(data.count), libzipFrees)
      if source == nil { free(copy.baseAddress) }
      return source
    case .storage(let storage):
      return storage.withBytes { bytes in
        zip_source_buffer(archive, bytes.baseAddress, UInt64(bytes.count), 0)
      }
    }
  }

  private static func unwritable(_ error: UnsafeMutablePointer<zip_error_t>?) -> FormatError {
    .unwritable(
      error.flatMap { zip_error_strerror($0) }.map { String(cString: $0) } ?? "unknown reason")
  }
}
