extension Weight {
  /// All elements in row-major order as Float64, or nothing if they are no integers and no reals of 16 bits
  /// or more.
  ///
  /// The weight must fit its storage.
  var numbers: [Double]? {
    switch dataType {
    case .uint8: elements(UInt8.self).map { Double($0) }
    case .int8: elements(Int8.self).map { Double($0) }
    case .uint16: elements(UInt16.self).map { Double($0) }
    case .int16: elements(Int16.self).map { Double($0) }
    case .uint32: elements(UInt32.self).map { Double($0) }
    case .int32: elements(Int32.self).map { Double($0) }
    case .uint64: elements(UInt64.self).map { Double($0) }
    case .int64: elements(Int64.self).map { Double($0) }
    case .float16: elements(Float16.self).map { Double($0) }
    // The upper half of a Float32.
    case .bfloat16: elements(UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: elements(Float.self).map { Double($0) }
    case .float64: elements(Double.self)
    default: nil
    }
  }
}
