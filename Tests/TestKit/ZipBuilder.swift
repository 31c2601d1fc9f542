/// Builds zip archives, honest or lying, for tests of readers.
public struct ZipBuilder: Sendable {
  /// One entry, with what its headers claim.
  public struct Entry: Sendable {
    /// The name as written.
    public var name: String
    /// The bytes as they lie in the archive.
    public var content: [UInt8]
    /// The compression method; 0 is stored.
    public var method: UInt16 = 0
    /// General purpose flags; 1 is encrypted.
    public var flags: UInt16 = 0x0800
    /// The extra field, such as 64-bit sizes.
    public var extra: [UInt8] = []
    /// The size that the headers claim after decompression, if not the true one.
    public var claimedByteCount: UInt32?
    /// The checksum that the headers claim, if not the true one.
    public var claimedChecksum: UInt32?
    /// The size that the headers claim before decompression, if not the true one.
    public var claimedCompressedByteCount: UInt32?

    /// An honest stored entry.
    public init(_ name: String, _ content: [UInt8]) {
      self.name = name
      self.content = content
    }
  }

  /// The entries in order.
  public var entries: [Entry]
  /// The number of entries that the end record claims, if not the true one.
  public var claimedEntryCount: UInt16?

  /// A builder of an archive with some entries.
  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// The archive's bytes.
  public var bytes: [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = UInt32(archive.count)
      let shared = Self.sharedHeader(of: entry)
      archive += Self.bytes(UInt32(0x0403_4B50)) + shared
      archive += Array(entry.name.utf8) + entry.extra + entry.content
      directory += Self.bytes(UInt32(0x0201_4B50)) + Self.bytes(UInt16(20)) + shared
      // No comment, first disk, no attributes.
      directory += Array(repeating: 0, count: 10) + Self.bytes(offset)
      directory += Array(entry.name.utf8) + entry.extra
    }
    let count = claimedEntryCount ?? UInt16(entries.count)
    let end =
      Self.bytes(UInt32(0x0605_4B50)) + Self.bytes(UInt16(0)) + Self.bytes(UInt16(0))
      + Self.bytes(count) + Self.bytes(count) + Self.bytes(UInt32(directory.count))
      + Self.bytes(UInt32(archive.count)) + Self.bytes(UInt16(0))
    return archive + directory + end
  }

  /// The fields that both headers of an entry have, up to the length of the extra field.
  private static func sharedHeader(of entry: Entry) -> [UInt8] {
    let count = UInt32(entry.content.count)
    return bytes(UInt16(20)) + bytes(entry.flags) + bytes(entry.method) + bytes(UInt32(0))
      + bytes(entry.claimedChecksum ?? checksum(entry.content))
      + bytes(entry.claimedCompressedByteCount ?? count) + bytes(entry.claimedByteCount ?? count)
      + bytes(UInt16(entry.name.utf8.count)) + bytes(UInt16(entry.extra.count))
  }

  private static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  /// CRC-32 as zip uses it.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { $0 >> 8 ^ checksums[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  private static let checksums: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
  }
}
