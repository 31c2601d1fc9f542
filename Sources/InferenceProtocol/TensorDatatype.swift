/// The type of a tensor's elements, under the names of the Open Inference Protocol.
public enum TensorDatatype: String, Hashable, Codable, Sendable, CaseIterable {
  /// Truth values.
  case bool = "BOOL"
  /// Whole numbers 0…255.
  case uint8 = "UINT8"
  /// Whole numbers of 16 bits without a sign.
  case uint16 = "UINT16"
  /// Whole numbers of 32 bits without a sign.
  case uint32 = "UINT32"
  /// Whole numbers of 64 bits without a sign.
  case uint64 = "UINT64"
  /// Whole numbers −128…127.
  case int8 = "INT8"
  /// Whole numbers of 16 bits.
  case int16 = "INT16"
  /// Whole numbers of 32 bits.
  case int32 = "INT32"
  /// Whole numbers of 64 bits.
  case int64 = "INT64"
  /// Real numbers in half precision.
  case fp16 = "FP16"
  /// Real numbers in single precision.
  case fp32 = "FP32"
  /// Real numbers in double precision.
  case fp64 = "FP64"
  /// Strings of bytes, each of its own length.
  case bytes = "BYTES"

  /// The bytes of one element in the binary form; nothing where each element has its own length.
  public var byteCount: Int? {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .fp16: 2
    case .uint32, .int32, .fp32: 4
    case .uint64, .int64, .fp64: 8
    case .bytes: nil
    }
  }

  /// Reads a name, and says which ones there are if it is none.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let datatype = TensorDatatype(rawValue: name) else {
      let known = TensorDatatype.allCases.map(\.rawValue).joined(separator: ", ")
      throw ProtocolError.malformed("“\(name)” is no datatype that is known here: \(known)")
    }
    self = datatype
  }
}
