import CZip
import Foundation

extension ZipArchive {
  /// The largest description of a program that is read.
  static let textByteCountLimit = 256 << 20

  private static let entryCountLimit = 200_000
  /// Deflate cannot do better than 258 bytes for 2 bits.
  private static let deflateRatioLimit = 1_032

  /// The table of contents, after everything in it was found harmless.
  ///
  /// - Throws: ``FormatError`` at the first entry that is not.
  static func checkedEntries(
    of handle: OpaquePointer, archiveByteCount: Int
  ) throws(FormatError) -> [String: Entry] {
    let count = zip_get_num_entries(handle, 0)
    guard (0...Int64(entryCountLimit)).contains(count) else {
      throw refused("it lists \(count) entries, and more than \(entryCountLimit) are refused")
    }
    var entries: [String: Entry] = [:]
    var unclaimedByteCount = UInt64(archiveByteCount)
    for index in 0..<UInt64(count) {
      let name = try checkedName(at: index, of: handle)
      var status = zip_stat_t()
      let needed = UInt64(
        ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD)
      guard zip_stat_index(handle, index, 0, &status) == 0, status.valid & needed == needed else {
        throw refused("its entry \(name) is not described completely")
      }
      guard status.encryption_method == ZIP_EM_NONE else {
        throw refused("its entry \(name) is encrypted")
      }
      // Entries that overlap would let a small file claim endless memory.
      guard status.comp_size <= unclaimedByteCount else {
        throw refused("its entry \(name) claims more bytes than the file has")
      }
      unclaimedByteCount -= status.comp_size
      guard let byteCount = byteCount(status) else {
        throw refused("its entry \(name) claims an impossible size or an unknown compression")
      }
      guard entries.updateValue(Entry(index: index, byteCount: byteCount), forKey: name) == nil
      else { throw refused("its entry \(name) occurs twice") }
    }
    return entries
  }

  /// The size of an entry if its compression allows it.
  private static func byteCount(_ status: zip_stat_t) -> Int? {
    switch Int32(status.comp_method) {
    case ZIP_CM_STORE where status.size == status.comp_size:
      Int(exactly: status.size)
    case ZIP_CM_DEFLATE where status.size / UInt64(deflateRatioLimit) <= status.comp_size:
      Int(exactly: status.size)
    default: nil
    }
  }

  /// A name that is text and stays inside the archive.
  private static func checkedName(
    at index: UInt64, of handle: OpaquePointer
  ) throws(FormatError) -> String {
    guard let raw = zip_get_name(handle, index, zip_flags_t(ZIP_FL_ENC_RAW)),
      let name = String(validatingCString: raw), !name.isEmpty
    else { throw refused("the name of entry \(index) is not text") }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let leavesArchive =
      parts.contains("..") || name.hasPrefix("/") || name.contains("\\") || name.contains(":")
    guard !leavesArchive else { throw refused("the name \(name) points outside the archive") }
    return name
  }

  private static func refused(_ reason: String) -> FormatError {
    FormatError(.malformed, "the archive is refused because \(reason)")
  }
}
