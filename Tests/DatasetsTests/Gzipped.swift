import CZlib

/// The bytes as a gzip file.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let gzipHeader = MAX_WBITS + 16
  deflateInit2_(
    &stream, 9, Z_DEFLATED, gzipHeader, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    CInt(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  let bound = Int(deflateBound(&stream, uLong(bytes.count)))
  var source = bytes
  return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
    source.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = uInt(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = uInt(bound)
      deflate(&stream, Z_FINISH)
      count = bound - Int(stream.avail_out)
    }
  }
}
