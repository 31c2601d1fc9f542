import Foundation

extension Data {
  /// Numbers as little-endian 32-bit floats.
  init(littleEndian numbers: [Float]) {
    self = numbers.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
  }

  /// Little-endian 32-bit floats as numbers; nothing unless there are exactly so many.
  func littleEndianFloats(count: Int) -> [Float]? {
    guard self.count == count * MemoryLayout<Float>.size else { return nil }
    return withUnsafeBytes { buffer in
      (0..<count).map { index in
        Float(
          bitPattern: UInt32(
            littleEndian: buffer.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
      }
    }
  }
}
