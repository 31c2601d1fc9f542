/// The type of a tensor's elements, with libtorch's own numbering.
public enum ElementType: Int32, Hashable, Sendable, CaseIterable {
  case uint8 = 0
  case int8 = 1
  case int16 = 2
  case int32 = 3
  case int64 = 4
  case float16 = 5
  case float32 = 6
  case float64 = 7
  case complex32 = 8
  case complex64 = 9
  case complex128 = 10
  case bool = 11
  case bfloat16 = 15
  case float8e5m2 = 23
  case float8e4m3fn = 24
  case float8e5m2fnuz = 25
  case float8e4m3fnuz = 26
  case uint16 = 27
  case uint32 = 28
  case uint64 = 29
  case float8e8m0fnu = 44
}
