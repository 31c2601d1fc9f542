public import Foundation

/// The elements of a tensor, row by row.
public enum TensorContents: Hashable, Sendable {
  case bool([Bool])
  case uint8([UInt8])
  case uint16([UInt16])
  case uint32([UInt32])
  case uint64([UInt64])
  case int8([Int8])
  case int16([Int16])
  case int32([Int32])
  case int64([Int64])
  case fp16([Float16])
  case fp32([Float])
  case fp64([Double])
  /// Strings of bytes: text in UTF-8, files, or whatever the parameters say.
  case bytes([Data])

  /// The type of the elements.
  public var datatype: TensorDatatype {
    switch self {
    case .bool: .bool
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .fp16: .fp16
    case .fp32: .fp32
    case .fp64: .fp64
    case .bytes: .bytes
    }
  }

  /// The number of elements.
  public var count: Int {
    switch self {
    case .bool(let values): values.count
    case .uint8(let values): values.count
    case .uint16(let values): values.count
    case .uint32(let values): values.count
    case .uint64(let values): values.count
    case .int8(let values): values.count
    case .int16(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .fp16(let values): values.count
    case .fp32(let values): values.count
    case .fp64(let values): values.count
    case .bytes(let values): values.count
    }
  }

  /// The elements as real numbers; nothing of truth values and strings.
  ///
  /// Whole numbers beyond 2⁵³ are rounded.
  public var reals: [Double]? {
    switch self {
    case .bool, .bytes: nil
    case .uint8(let values): values.map(Double.init)
    case .uint16(let values): values.map(Double.init)
    case .uint32(let values): values.map(Double.init)
    case .uint64(let values): values.map(Double.init)
    case .int8(let values): values.map(Double.init)
    case .int16(let values): values.map(Double.init)
    case .int32(let values): values.map(Double.init)
    case .int64(let values): values.map(Double.init)
    case .fp16(let values): values.map(Double.init)
    case .fp32(let values): values.map(Double.init)
    case .fp64(let values): values
    }
  }

  /// The elements as whole numbers; nothing of other types, or if one does not fit.
  public var integers: [Int]? {
    switch self {
    case .bool, .bytes, .fp16, .fp32, .fp64: nil
    case .uint8(let values): values.map(Int.init)
    case .uint16(let values): values.map(Int.init)
    case .uint32(let values): values.map(Int.init)
    case .uint64(let values): values.allOrNothing { Int(exactly: $0) }
    case .int8(let values): values.map(Int.init)
    case .int16(let values): values.map(Int.init)
    case .int32(let values): values.map(Int.init)
    case .int64(let values): values.map(Int.init)
    }
  }

  /// The elements as text; nothing unless they are strings of bytes in UTF-8.
  public var texts: [String]? {
    guard case .bytes(let values) = self else { return nil }
    return values.allOrNothing { String(data: $0, encoding: .utf8) }
  }
}

extension Array {
  /// All elements changed, or nothing if one cannot be.
  fileprivate func allOrNothing<T>(_ change: (Element) -> T?) -> [T]? {
    let changed = compactMap(change)
    return changed.count == count ? changed : nil
  }
}
