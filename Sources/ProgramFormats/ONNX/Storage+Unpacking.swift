import ProgramIR

extension Storage {
  /// The bytes of a file as a weight has them.
  ///
  /// Elements of less than a byte, which lie in it from the lowest bit on, get a byte or a Float32
  /// each; truth values become 0 or 1. All others are the same bytes.
  func unpacked(_ layout: ONNXTensorLayout) -> Storage {
    switch layout.type {
    case .bool: mapped(layout, bitCount: 8) { $0 == 0 ? UInt8(0) : 1 }
    case .uint4: mapped(layout, bitCount: 4) { $0 }
    case .uint2: mapped(layout, bitCount: 2) { $0 }
    case .int4: mapped(layout, bitCount: 4) { Int8(bitPattern: $0 << 4) >> 4 }
    case .int2: mapped(layout, bitCount: 2) { Int8(bitPattern: $0 << 6) >> 6 }
    case .float4e2m1: mapped(layout, bitCount: 4, Self.real)
    default: self
    }
  }

  /// A real number of four bits: sign, two bits of exponent, one of mantissa.
  private static func real(_ bits: UInt8) -> Float {
    let magnitudes: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    let magnitude = magnitudes[Int(bits & 7)]
    return bits & 8 == 0 ? magnitude : -magnitude
  }

  private func mapped<Element: BitwiseCopyable>(
    _ layout: ONNXTensorLayout, bitCount: Int, _ element: (UInt8) -> Element
  ) -> Storage {
    let perByte = 8 / bitCount
    let mask = UInt8(truncatingIfNeeded: 1 << bitCount - 1)
    return withBytes { packed in
      Storage(byteCount: layout.elementCount * MemoryLayout<Element>.size) { bytes in
        for index in 0..<layout.elementCount {
          let bits = packed[index / perByte] >> UInt8(index % perByte * bitCount) & mask
          bytes.storeBytes(
            of: element(bits), toByteOffset: index * MemoryLayout<Element>.size, as: Element.self)
        }
      }
    }
  }
}
