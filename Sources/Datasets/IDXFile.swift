import Imaging

/// An array of bytes in the IDX format of the MNIST data, plain or compressed by gzip.
///
/// The header is two zero bytes, the type of the elements, the number of dimensions, and every
/// size as a 32-bit big-endian number (LeCun, Cortes and Burges, "The MNIST database").
struct IDXFile: Sendable {
  /// The sizes, the slowest first; none is zero.
  let sizes: [Int]
  /// The elements: as many bytes as the product of the sizes.
  let elements: ArraySlice<UInt8>

  private static let typeOfBytes: UInt8 = 8

  /// Reads a file that must have a number of dimensions.
  init(contentsOf path: String, dimensions: Int) throws(DatasetError) {
    let file = try DatasetError.bytes(ofFileAt: path)
    do throws(Refusal) {
      self = try Self(file: file, dimensions: dimensions)
    } catch {
      throw DatasetError(.malformed(error.clause), path: path)
    }
  }

  private struct Refusal: Error {
    var clause: String
  }

  private init(file: [UInt8], dimensions: Int) throws(Refusal) {
    let headerSize = 4 + 4 * dimensions
    let isCompressed = Gzip.isCompressed(file)
    let header =
      isCompressed
      ? try Self.unpacking { () throws(Gzip.Fault) in try Gzip.prefix(headerSize, of: file) }
      : Array(file.prefix(headerSize))
    guard
      header.count == headerSize,
      header.starts(with: [0, 0, Self.typeOfBytes, UInt8(dimensions)])
    else {
      throw Refusal(clause: "is not an IDX file of bytes in \(dimensions) dimensions")
    }
    sizes = stride(from: 4, to: headerSize, by: 4).map { start in
      header[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    // What the file cannot hold is refused before memory is taken for it.
    let largestSize = min(
      isCompressed ? file.count * Gzip.largestRatio : file.count, PlainFile.maximumSize)
    var size = 1
    for next in sizes {
      let (product, overflows) = size.multipliedReportingOverflow(by: next)
      guard next > 0, !overflows, product <= largestSize - headerSize else {
        throw Refusal(
          clause: "says that it holds \(sizes.map(String.init).joined(separator: "×")) bytes,"
            + " which it cannot")
      }
      size = product
    }
    let content =
      isCompressed
      ? try Self.unpacking { () throws(Gzip.Fault) in
        try Gzip.content(of: file, count: headerSize + size)
      } : file
    guard content.count == headerSize + size else {
      throw Refusal(clause: "has \(content.count - headerSize) bytes of data in place of \(size)")
    }
    elements = content[headerSize...]
  }

  private static func unpacking(
    _ body: () throws(Gzip.Fault) -> [UInt8]
  ) throws(Refusal) -> [UInt8] {
    do {
      return try body()
    } catch {
      switch error {
      case .endsTooEarly:
        throw Refusal(clause: "is a gzip file that ends too early; fetch it again")
      case .damaged:
        throw Refusal(clause: "is a damaged gzip file; fetch it again")
      case .longerThanExpected:
        throw Refusal(clause: "holds more data than its header says")
      }
    }
  }
}
