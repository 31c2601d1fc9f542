import Foundation

extension TensorContents {
  /// Reads the elements from JSON, flat or nested as the shape says.
  ///
  /// - Parameters:
  ///   - decoder: stands at the list.
  ///   - count: the number of elements that the shape has.
  init(
    from decoder: any Decoder, as datatype: TensorDatatype, shape: [Int], count: Int, tensor: String
  ) throws {
    let reader = ElementReader(shape: shape, count: count, tensor: tensor)
    switch datatype {
    case .bool: self = .bool(try reader.elements(from: decoder))
    case .uint8: self = .uint8(try reader.elements(from: decoder))
    case .uint16: self = .uint16(try reader.elements(from: decoder))
    case .uint32: self = .uint32(try reader.elements(from: decoder))
    case .uint64: self = .uint64(try reader.elements(from: decoder))
    case .int8: self = .int8(try reader.elements(from: decoder))
    case .int16: self = .int16(try reader.elements(from: decoder))
    case .int32: self = .int32(try reader.elements(from: decoder))
    case .int64: self = .int64(try reader.elements(from: decoder))
    case .fp16:
      let values: [Float] = try reader.elements(from: decoder)
      let halves = values.map { Float16($0) }
      guard halves.allSatisfy(\.isFinite) else {
        throw ProtocolError.malformed("a number of the tensor “\(tensor)” does not fit FP16")
      }
      self = .fp16(halves)
    case .fp32: self = .fp32(try reader.elements(from: decoder))
    case .fp64: self = .fp64(try reader.elements(from: decoder))
    case .bytes:
      let texts: [String] = try reader.elements(from: decoder)
      self = .bytes(texts.map { Data($0.utf8) })
    }
  }

  /// Writes the elements as one flat list.
  ///
  /// - Throws: ``ProtocolError`` for what JSON cannot hold: NaN, infinities, bytes that are no UTF-8.
  func encode(to encoder: any Encoder, tensor: String) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let values): try container.encode(values)
    case .uint8(let values): try container.encode(values)
    case .uint16(let values): try container.encode(values)
    case .uint32(let values): try container.encode(values)
    case .uint64(let values): try container.encode(values)
    case .int8(let values): try container.encode(values)
    case .int16(let values): try container.encode(values)
    case .int32(let values): try container.encode(values)
    case .int64(let values): try container.encode(values)
    case .fp16(let values): try container.encode(Self.finite(values.map(Float.init), tensor))
    case .fp32(let values): try container.encode(Self.finite(values, tensor))
    case .fp64(let values): try container.encode(Self.finite(values, tensor))
    case .bytes:
      guard let texts else {
        throw ProtocolError(
          .unrepresentable,
          "a string of the tensor “\(tensor)” is no UTF-8, so it can only be sent in binary form")
      }
      try container.encode(texts)
    }
  }

  private static func finite<T: BinaryFloatingPoint>(
    _ values: [T], _ tensor: String
  ) throws(ProtocolError) -> [T] {
    guard values.allSatisfy(\.isFinite) else {
      throw ProtocolError(
        .unrepresentable,
        "the tensor “\(tensor)” holds NaN or an infinity, which can only be sent in binary form")
    }
    return values
  }
}

/// Reads lists of one kind of element.
private struct ElementReader {
  let shape: [Int]
  let count: Int
  let tensor: String

  func elements<T: Decodable>(from decoder: any Decoder) throws -> [T] {
    var container = try decoder.unkeyedContainer()
    var elements: [T] = []
    let isFlat = shape.count <= 1 || (try? container.nestedUnkeyedContainer()) == nil
    // The first list was looked into, so nested ones are read from the beginning again.
    container = try decoder.unkeyedContainer()
    if isFlat {
      try require(count, in: container)
      elements.reserveCapacity(count)
      for _ in 0..<count { elements.append(try element(of: &container)) }
    } else {
      elements.reserveCapacity(min(count, 1 << 16))
      try read(&container, depth: 0, into: &elements)
    }
    guard elements.count == count else { throw disagreement("other lists") }
    return elements
  }

  private func read<T: Decodable>(
    _ container: inout any UnkeyedDecodingContainer, depth: Int, into elements: inout [T]
  ) throws {
    try require(shape[depth], in: container)
    for _ in 0..<shape[depth] {
      if depth == shape.count - 1 {
        elements.append(try element(of: &container))
      } else {
        var inner = try container.nestedUnkeyedContainer()
        try read(&inner, depth: depth + 1, into: &elements)
      }
    }
  }

  private func element<T: Decodable>(
    of container: inout any UnkeyedDecodingContainer
  ) throws -> T {
    do {
      return try container.decode(T.self)
    } catch {
      let path = container.codingPath + [Index(intValue: container.currentIndex)]
      return try ProtocolError.naming(path) { throw error }
    }
  }

  private struct Index: CodingKey {
    let index: Int
    var intValue: Int? { index }
    var stringValue: String { "\(index)" }

    init(intValue: Int) { index = intValue }
    init?(stringValue: String) { nil }
  }

  private func require(
    _ wanted: Int, in container: any UnkeyedDecodingContainer
  ) throws(ProtocolError) {
    // JSON's container counts before it decodes.
    guard container.count == wanted else {
      throw disagreement("\(container.count ?? 0) where \(wanted) are wanted")
    }
  }

  private func disagreement(_ found: String) -> ProtocolError {
    .malformed("the data of the tensor “\(tensor)” do not agree with its shape \(shape): \(found)")
  }
}
