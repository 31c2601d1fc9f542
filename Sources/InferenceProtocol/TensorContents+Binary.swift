public import Foundation

extension TensorContents {
  /// Reads the elements from the binary form: little-endian and row by row.
  ///
  /// A truth value is one byte, 0 or 1. A string is its length in 4 bytes and then its bytes.
  ///
  /// - Parameters:
  ///   - bytes: exactly these elements.
  ///   - count: the number of elements that the shape has, already compared with the limits.
  /// - Throws: ``ProtocolError`` unless there are exactly as many bytes as the elements need.
  public init(
    binary bytes: Data, as datatype: TensorDatatype, count: Int, tensor: String
  ) throws(ProtocolError) {
    if let size = datatype.byteCount {
      let (needed, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, bytes.count == needed else {
        throw .malformed(
          "the tensor “\(tensor)” has \(bytes.count) bytes; \(count) elements of "
            + "\(datatype.rawValue) need \(overflow ? "more" : "\(needed)")")
      }
    }
    switch datatype {
    case .bool:
      guard bytes.allSatisfy({ $0 <= 1 }) else {
        throw .malformed("a truth value of the tensor “\(tensor)” is neither 0 nor 1")
      }
      self = .bool(bytes.map { $0 == 1 })
    case .uint8: self = .uint8([UInt8](bytes))
    case .uint16: self = .uint16(bytes.littleEndian())
    case .uint32: self = .uint32(bytes.littleEndian())
    case .uint64: self = .uint64(bytes.littleEndian())
    case .int8: self = .int8(bytes.littleEndian())
    case .int16: self = .int16(bytes.littleEndian())
    case .int32: self = .int32(bytes.littleEndian())
    case .int64: self = .int64(bytes.littleEndian())
    case .fp16: self = .fp16(bytes.littleEndian().map { Float16(bitPattern: $0) })
    case .fp32: self = .fp32(bytes.littleEndian().map { Float(bitPattern: $0) })
    case .fp64: self = .fp64(bytes.littleEndian().map { Double(bitPattern: $0) })
    case .bytes: self = .bytes(try Self.strings(in: bytes, count: count, tensor: tensor))
    }
  }

  /// The elements in the binary form.
  public var binary: Data {
    switch self {
    case .bool(let values): Data(values.map { $0 ? 1 : 0 })
    case .uint8(let values): Data(values)
    case .uint16(let values): Data(littleEndian: values)
    case .uint32(let values): Data(littleEndian: values)
    case .uint64(let values): Data(littleEndian: values)
    case .int8(let values): Data(littleEndian: values)
    case .int16(let values): Data(littleEndian: values)
    case .int32(let values): Data(littleEndian: values)
    case .int64(let values): Data(littleEndian: values)
    case .fp16(let values): Data(littleEndian: values.map(\.bitPattern))
    case .fp32(let values): Data(littleEndian: values.map(\.bitPattern))
    case .fp64(let values): Data(littleEndian: values.map(\.bitPattern))
    case .bytes(let values):
      values.reduce(into: Data()) { data, value in
        data.append(Data(littleEndian: [UInt32(value.count)]))
        data.append(value)
      }
    }
  }

  private static func strings(
    in bytes: Data, count: Int, tensor: String
  ) throws(ProtocolError) -> [Data] {
    // Each string has a length of 4 bytes, so that a false count takes no memory.
    guard count <= bytes.count / 4 else {
      throw .malformed(
        "the tensor “\(tensor)” has \(bytes.count) bytes, too few for \(count) strings")
    }
    var strings: [Data] = []
    strings.reserveCapacity(count)
    var rest = bytes
    for _ in 0..<count {
      let lengths: [UInt32] = rest.prefix(4).littleEndian()
      guard let length = lengths.first, Int(length) <= rest.count - 4 else {
        throw .malformed("the tensor “\(tensor)” ends within its string \(strings.count)")
      }
      rest = rest.dropFirst(4)
      strings.append(Data(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    }
    guard rest.isEmpty else {
      throw .malformed("the tensor “\(tensor)” has \(rest.count) bytes after its last string")
    }
    return strings
  }
}

extension Data {
  /// Little-endian whole numbers; the caller has checked that they fill the data.
  fileprivate func littleEndian<T: FixedWidthInteger>() -> [T] {
    let size = MemoryLayout<T>.size
    return withUnsafeBytes { buffer in
      (0..<(buffer.count / size)).map { index in
        T(littleEndian: buffer.loadUnaligned(fromByteOffset: index * size, as: T.self))
      }
    }
  }

  fileprivate init<T: FixedWidthInteger>(littleEndian numbers: [T]) {
    self = numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }
}
