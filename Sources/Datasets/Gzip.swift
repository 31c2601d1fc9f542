import CZlib

/// Files compressed by gzip.
enum Gzip {
  /// Why a file could not be unpacked.
  enum Fault: Error, Hashable {
    /// The file ends before its content does.
    case endsTooEarly
    /// The content or its checksum is wrong.
    case damaged
    /// There is more content than asked for.
    case longerThanExpected
  }

  /// The largest ratio of content to file that the format can reach, rounded up.
  static let largestRatio = 1_100

  /// Whether a file starts as gzip files do.
  static func isCompressed(_ file: [UInt8]) -> Bool { file.starts(with: [0x1F, 0x8B]) }

  /// The first bytes of the content, fewer if there are fewer.
  static func prefix(_ count: Int, of file: [UInt8]) throws(Fault) -> [UInt8] {
    try inflated(file, capacity: count).content
  }

  /// The whole content, its checksum verified.
  ///
  /// - Parameter count: the size of the content; memory is taken for no more.
  static func content(of file: [UInt8], count: Int) throws(Fault) -> [UInt8] {
    // One byte more than expected: with it the library reads on to the checksum.
    let (content, isWhole) = try inflated(file, capacity: count + 1)
    guard content.count <= count else { throw .longerThanExpected }
    guard isWhole else { throw .endsTooEarly }
    return content
  }

  private static func inflated(
    _ file: [UInt8], capacity: Int
  ) throws(Fault) -> (content: [UInt8], isWhole: Bool) {
    var stream = z_stream()
    let anyHeader = MAX_WBITS + 32
    guard
      inflateInit2_(&stream, anyHeader, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .damaged }
    defer { inflateEnd(&stream) }
    var status = Z_OK
    let content = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
      file.withUnsafeBufferPointer { source in
        // The library's field is not const; it does not write there.
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.avail_in = uInt(clamping: source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = uInt(clamping: capacity)
        status = inflate(&stream, Z_FINISH)
        count = capacity - Int(stream.avail_out)
      }
    }
    switch status {
    case Z_STREAM_END: return (content, true)
    case Z_OK, Z_BUF_ERROR: return (content, false)
    default: throw .damaged
    }
  }
}
