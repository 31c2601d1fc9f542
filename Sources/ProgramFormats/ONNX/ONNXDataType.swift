public import ProgramIR

/// The type of a tensor's elements, with the numbering of the ONNX format.
///
/// Source: `TensorProto.DataType` in the ONNX specification.
public enum ONNXDataType: Int, Hashable, Sendable, CaseIterable {
  case float = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case string = 8
  case bool = 9
  case float16 = 10
  case double = 11
  case uint32 = 12
  case uint64 = 13
  case complex64 = 14
  case complex128 = 15
  case bfloat16 = 16
  case float8e4m3fn = 17
  case float8e4m3fnuz = 18
  case float8e5m2 = 19
  case float8e5m2fnuz = 20
  case uint4 = 21
  case int4 = 22
  case float4e2m1 = 23
  case float8e8m0 = 24
  case uint2 = 25
  case int2 = 26

  /// The type that a program's weights have for it; `nil` for text.
  ///
  /// Integers of two and four bits become bytes, and reals of four bits become Float32, without loss.
  public var dataType: DataType? {
    switch self {
    case .float, .float4e2m1: .float32
    case .uint8, .uint4, .uint2: .uint8
    case .int8, .int4, .int2: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .string: nil
    case .bool: .bool
    case .float16: .float16
    case .double: .float64
    case .uint32: .uint32
    case .uint64: .uint64
    case .complex64: .complex64
    case .complex128: .complex128
    case .bfloat16: .bfloat16
    case .float8e4m3fn: .float8e4m3fn
    case .float8e4m3fnuz: .float8e4m3fnuz
    case .float8e5m2: .float8e5m2
    case .float8e5m2fnuz: .float8e5m2fnuz
    case .float8e8m0: .float8e8m0fnu
    }
  }

  /// The bits of one element in a model file; `nil` for text.
  public var bitCount: Int? {
    switch self {
    case .uint4, .int4, .float4e2m1: 4
    case .uint2, .int2: 2
    default: dataType.map { $0.byteCount * 8 }
    }
  }
}
