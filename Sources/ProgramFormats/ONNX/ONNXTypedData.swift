import ProgramIR

/// Turns the repeated fields of a tensor's message into bytes.
struct ONNXTypedData {
  let layout: ONNXTensorLayout
  /// What errors call the tensor.
  let place: String

  /// Values that are stored as they are.
  func storage<Value: BitwiseCopyable>(_ values: [Value]) throws(FormatError) -> Storage {
    try checkCount(values.count, byteCount: MemoryLayout<Value>.size)
    return Storage(byteCount: layout.byteCount) { bytes in
      values.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
  }

  /// Values that are stored in a narrower type, into which each must fit.
  func storage<Wide: FixedWidthInteger, Narrow: FixedWidthInteger & BitwiseCopyable>(
    _ values: [Wide], as type: Narrow.Type
  ) throws(FormatError) -> Storage {
    try checkCount(values.count, byteCount: MemoryLayout<Narrow>.size)
    let (layout, place) = (layout, place)
    return try Storage(byteCount: layout.byteCount) { bytes throws(FormatError) in
      for (index, value) in values.enumerated() {
        guard let narrow = Narrow(exactly: value) else {
          throw FormatError(
            .malformed,
            "\(place) holds \(value), which is no \(layout.type); export the model again")
        }
        bytes.storeBytes(
          of: narrow, toByteOffset: index * MemoryLayout<Narrow>.size, as: Narrow.self)
      }
    }.unpacked(layout)
  }

  /// One value stands for one element, for half of a complex one, or for a byte of small ones.
  private func checkCount(_ count: Int, byteCount: Int) throws(FormatError) {
    guard count == layout.byteCount / byteCount else {
      throw layout.contradiction(carries: "\(count) numbers", place: place)
    }
  }
}
