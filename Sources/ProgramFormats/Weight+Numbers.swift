import ProgramIR

extension Weight {
  /// Refuses a weight that holds no number where there must be one.
  ///
  /// NaN is refused everywhere, infinity in parameters only: attention masks are buffers that
  /// hold minus infinity on purpose.
  func checkNumbers(name: String, source: Program.Input.Source) throws(FormatError) {
    let special = specialValues
    if special.hasNaN {
      throw FormatError(
        .malformed, "weight '\(name)' holds NaN, so the model cannot be used; train it again")
    }
    if case .parameter = source, special.hasInfinity {
      throw FormatError(
        .malformed, "weight '\(name)' holds infinity, so the model cannot be used; train it again")
    }
  }

  private struct SpecialValues {
    var hasNaN = false
    var hasInfinity = false
  }

  /// What is found between the first and the last element.
  private var specialValues: SpecialValues {
    switch dataType {
    case .float16: specialValues(UInt16.self, exponent: 0x7C00, sign: 0x8000)
    case .bfloat16: specialValues(UInt16.self, exponent: 0x7F80, sign: 0x8000)
    case .float32: specialValues(UInt32.self, exponent: 0x7F80_0000, sign: 1 << 31)
    case .float64: specialValues(UInt64.self, exponent: 0x7FF0 << 48, sign: 1 << 63)
    default: SpecialValues()
    }
  }

  private func specialValues<Bits: FixedWidthInteger & UnsignedInteger>(
    _ type: Bits.Type, exponent: Bits, sign: Bits
  ) -> SpecialValues {
    guard elementCount > 0 else { return SpecialValues() }
    let last = zip(sizes, strides).reduce(offset) { $0 + ($1.0 - 1) * $1.1 }
    return storage.withBytes { bytes in
      let stored = UnsafeRawBufferPointer(
        rebasing: bytes.prefix(bytes.count - bytes.count % MemoryLayout<Bits>.size))
      // Without its sign, infinity is the largest number and NaN is larger still.
      let greatest = stored.bindMemory(to: Bits.self)[offset...last]
        .reduce(into: Bits.zero) { $0 = max($0, $1 & ~sign) }
      return SpecialValues(hasNaN: greatest > exponent, hasInfinity: greatest == exponent)
    }
  }
}
