package import ProgramIR
package import TensorModule

extension ElementType {
  /// The engine's element type for the one that an archive names.
  package init(_ type: DataType) {
    self =
      switch type {
      case .uint8: .uint8
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .int64: .int64
      case .float16: .float16
      case .float32: .float32
      case .float64: .float64
      case .complex32: .complex32
      case .complex64: .complex64
      case .complex128: .complex128
      case .bool: .bool
      case .bfloat16: .bfloat16
      case .uint16: .uint16
      case .uint32: .uint32
      case .uint64: .uint64
      case .float8e4m3fn: .float8e4m3fn
      case .float8e5m2: .float8e5m2
      case .float8e4m3fnuz: .float8e4m3fnuz
      case .float8e5m2fnuz: .float8e5m2fnuz
      case .float8e8m0fnu: .float8e8m0fnu
      }
  }
}

extension DataType {
  /// The element type that an archive names for the engine's.
  package init(_ type: ElementType) {
    guard let name = Self.names[type] else { preconditionFailure("archives do not name \(type)") }
    self = name
  }

  private static let names = Dictionary(
    uniqueKeysWithValues: allCases.map { (ElementType($0), $0) })
}
