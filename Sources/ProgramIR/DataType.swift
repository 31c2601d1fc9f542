/// The type of a tensor's elements, with the numbering that `torch.export` archives use.
///
/// Source: `ScalarType` in the schema of exported programs (version 8). This is not the numbering
/// of libtorch itself.
public enum DataType: Int, Hashable, Sendable, CaseIterable {
  case uint8 = 1
  case int8 = 2
  case int16 = 3
  case int32 = 4
  case int64 = 5
  case float16 = 6
  case float32 = 7
  case float64 = 8
  case complex32 = 9
  case complex64 = 10
  case complex128 = 11
  case bool = 12
  case bfloat16 = 13
  case uint16 = 28
  case float8e4m3fn = 29
  case float8e5m2 = 30
  case float8e4m3fnuz = 31
  case float8e5m2fnuz = 32
  case float8e8m0fnu = 33
  case uint32 = 34
  case uint64 = 35

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .uint8, .int8, .bool, .float8e4m3fn, .float8e5m2, .float8e4m3fnuz, .float8e5m2fnuz,
      .float8e8m0fnu:
      1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32, .complex32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// Whether the elements are real floating-point numbers, so that gradients exist.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64, .bfloat16, .float8e4m3fn, .float8e5m2, .float8e4m3fnuz,
      .float8e5m2fnuz, .float8e8m0fnu:
      true
    default: false
    }
  }
}
