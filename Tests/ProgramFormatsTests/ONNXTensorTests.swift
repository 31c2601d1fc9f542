import Foundation
import ProgramIR
import Testing

@testable import ProgramFormats

/// Every data type, as raw bytes and in the field that the format has for it.
@Suite struct ONNXTensorTests {
  struct Sound: CustomTestStringConvertible, Sendable {
    let type: ONNXDataType
    let sizes: [Int64]
    let raw: [UInt8]
    let typed: @Sendable (inout ONNXTensorProto) -> Void
    /// The bytes in memory; those of the file if `nil`.
    let stored: [UInt8]?
    var testDescription: String { "\(type)" }

    init<Element: BitwiseCopyable>(
      _ type: ONNXDataType, _ sizes: [Int64] = [2], raw: [Element], stored: [UInt8]? = nil,
      typed: @escaping @Sendable (inout ONNXTensorProto) -> Void
    ) {
      self.type = type
      self.sizes = sizes
      self.raw = [UInt8](ONNXFixture.raw(raw))
      self.stored = stored
      self.typed = typed
    }
  }

  static let sound: [Sound] = [
    Sound(.float, raw: [1.5, -.infinity] as [Float]) { $0.floatData = [1.5, -.infinity] },
    Sound(.uint8, raw: [1, 255] as [UInt8]) { $0.int32Data = [1, 255] },
    Sound(.int8, raw: [-128, 127] as [Int8]) { $0.int32Data = [-128, 127] },
    Sound(.uint16, raw: [1, 65_535] as [UInt16]) { $0.int32Data = [1, 65_535] },
    Sound(.int16, raw: [-32_768, 1] as [Int16]) { $0.int32Data = [-32_768, 1] },
    Sound(.int32, raw: [.min, .max] as [Int32]) { $0.int32Data = [.min, .max] },
    Sound(.int64, raw: [.min, .max] as [Int64]) { $0.int64Data = [.min, .max] },
    Sound(.bool, raw: [7, 0] as [UInt8], stored: [1, 0]) { $0.int32Data = [1, 0] },
    Sound(.float16, raw: [0x3C00, 0xFC00] as [UInt16]) { $0.int32Data = [0x3C00, 0xFC00] },
    Sound(.double, raw: [0.1, -2]) { $0.doubleData = [0.1, -2] },
    Sound(.uint32, raw: [1, .max] as [UInt32]) { $0.uint64Data = [1, 0xFFFF_FFFF] },
    Sound(.uint64, raw: [1, .max] as [UInt64]) { $0.uint64Data = [1, .max] },
    Sound(.complex64, raw: [1, 2, 3, 4] as [Float]) { $0.floatData = [1, 2, 3, 4] },
    Sound(.complex128, raw: [1, 2, 3, 4] as [Double]) { $0.doubleData = [1, 2, 3, 4] },
    Sound(.bfloat16, raw: [0x3F80, 0xFF80] as [UInt16]) { $0.int32Data = [0x3F80, 0xFF80] },
    Sound(.float8e4m3fn, raw: [0x38, 0xB8] as [UInt8]) { $0.int32Data = [0x38, 0xB8] },
    Sound(.float8e4m3fnuz, raw: [0x40, 0xC0] as [UInt8]) { $0.int32Data = [0x40, 0xC0] },
    Sound(.float8e5m2, raw: [0x3C, 0xBC] as [UInt8]) { $0.int32Data = [0x3C, 0xBC] },
    Sound(.float8e5m2fnuz, raw: [0x40, 0xC0] as [UInt8]) { $0.int32Data = [0x40, 0xC0] },
    Sound(.float8e8m0, raw: [127, 128] as [UInt8]) { $0.int32Data = [127, 128] },
    Sound(.uint4, [3], raw: [0xE1, 0x03] as [UInt8], stored: [1, 14, 3]) {
      $0.int32Data = [0xE1, 0x03]
    },
    // 1, -2, 3
    Sound(.int4, [3], raw: [0xE1, 0x03] as [UInt8], stored: [1, 0xFE, 3]) {
      $0.int32Data = [0xE1, 0x03]
    },
    Sound(
      .float4e2m1, [3], raw: [0xC2, 0x05] as [UInt8],
      stored: [UInt8](ONNXFixture.raw([1, -2, 3] as [Float]))
    ) { $0.int32Data = [0xC2, 0x05] },
    Sound(.uint2, [5], raw: [0b0001_1001, 0b11] as [UInt8], stored: [1, 2, 1, 0, 3]) {
      $0.int32Data = [0b0001_1001, 0b11]
    },
    // 1, -2, 1, 0, -1
    Sound(.int2, [5], raw: [0b0001_1001, 0b11] as [UInt8], stored: [1, 0xFE, 1, 0, 0xFF]) {
      $0.int32Data = [0b0001_1001, 0b11]
    },
  ]

  @Test func everyTypeIsTested() {
    #expect(Set(Self.sound.map(\.type)) == Set(ONNXDataType.allCases).subtracting([.string]))
  }

  @Test(arguments: sound)
  func rawBytes(_ expected: Sound) throws {
    try check(expected) { $0.rawData = Data(expected.raw) }
  }

  @Test(arguments: sound)
  func typedField(_ expected: Sound) throws {
    try check(expected, expected.typed)
  }

  private func check(
    _ expected: Sound, _ fill: (inout ONNXTensorProto) -> Void
  ) throws {
    let message = ONNXFixture.tensor("t", expected.type, expected.sizes, fill)
    let tensor = try read(message)
    #expect(tensor.dataType == expected.type)
    #expect(tensor.weight.dataType == expected.type.dataType)
    #expect(tensor.weight.sizes == expected.sizes.map(Int.init))
    #expect(tensor.weight.strides == [1])
    #expect(tensor.weight.fitsStorage)
    #expect(tensor.weight.storage.withBytes { Array($0) } == expected.stored ?? expected.raw)
  }

  @Test func scalarsAndEmptyTensors() throws {
    let scalar = try read(ONNXFixture.tensor("t", .float, []) { $0.floatData = [0.5] })
    #expect(scalar.weight.sizes == [])
    #expect(scalar.weight.float32Elements == [0.5])
    let empty = try read(ONNXFixture.tensor("t", .float, [3, 0, 2]))
    #expect(empty.weight.sizes == [3, 0, 2])
    #expect(empty.weight.elementCount == 0)
    let matrix = try read(
      ONNXFixture.tensor("t", .int64, [2, 3]) { $0.int64Data = [1, 2, 3, 4, 5, 6] })
    #expect(matrix.weight.strides == [3, 1])
  }

  struct Unsound: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let words: String
    let reason: FormatError.Reason
    let message: ONNXTensorProto

    init(
      _ description: String, says words: String, _ reason: FormatError.Reason = .malformed,
      _ type: ONNXDataType = .float, _ sizes: [Int64] = [2],
      _ fill: (inout ONNXTensorProto) -> Void = { _ in }
    ) {
      testDescription = description
      self.words = words
      self.reason = reason
      message = ONNXFixture.tensor("t", type, sizes, fill)
    }
  }

  @Test(arguments: [
    Unsound("too few raw bytes", says: "float[2], which is 8 bytes, but carries 7 bytes") {
      $0.rawData = Data(count: 7)
    },
    Unsound("too many raw bytes", says: "float[2], which is 8 bytes, but carries 9 bytes") {
      $0.rawData = Data(count: 9)
    },
    Unsound("too many numbers", says: "carries 3 numbers") { $0.floatData = [1, 2, 3] },
    Unsound("nothing", says: "but carries 0 numbers"),
    Unsound("2 GB without a byte", says: "is 2147483648 bytes", .malformed, .float, [1 << 29]),
    Unsound(
      "2 GB of small elements", says: "is 2147483648 bytes", .malformed, .int4, [1 << 32]
    ) { $0.int32Data = [1] },
    Unsound(
      "beyond 64 bits", says: "more than any memory", .malformed, .float, [1 << 62, 1 << 62]),
    Unsound(
      "empty but beyond 64 bits", says: "more than any", .malformed, .float, [.max, 0, .max]),
    Unsound("a size below zero", says: "has the size -1", .malformed, .float, [-1]),
    Unsound("two sizes below zero", says: "has the size -2", .malformed, .float, [-2, -1]) {
      $0.floatData = [1, 2]
    },
    Unsound("numbers in two fields", says: "more than once") {
      $0.floatData = [1, 2]
      $0.rawData = Data(count: 8)
    },
    Unsound("numbers in the wrong field", says: "but carries 0 numbers") {
      $0.doubleData = [1, 2]
    },
    Unsound("half a complex number", says: "carries 3 numbers", .malformed, .complex64) {
      $0.floatData = [1, 2, 3]
    },
    Unsound("beyond its type", says: "holds 256, which is no uint8", .malformed, .uint8) {
      $0.int32Data = [1, 256]
    },
    Unsound("below its type", says: "holds -1, which is no float16", .malformed, .float16) {
      $0.int32Data = [1, -1]
    },
    Unsound("text", says: "holds text", .unsupported, .string) {
      $0.stringData = [Data(), Data()]
    },
    Unsound("no type", says: "the data type 0", .unsupported) { $0.clearDataType() },
    Unsound("unknown type", says: "the data type 27", .unsupported) { $0.dataType = 27 },
    Unsound("negative type", says: "the data type -1", .unsupported) { $0.dataType = -1 },
    Unsound("segments", says: "is cut into segments", .unsupported) { $0.segment = .init() },
    Unsound("NaN", says: "weight 't' holds NaN") { $0.floatData = [1, .nan] },
    Unsound("NaN of 16 bits", says: "weight 't' holds NaN", .malformed, .float16) {
      $0.int32Data = [0x7E00, 0]
    },
    Unsound("no name", says: "has an initialiser without a name") {
      $0.name = ""
      $0.floatData = [1, 2]
    },
  ])
  func refused(_ tensor: Unsound) throws {
    let error = try #require(throws: FormatError.self) { try read(tensor.message) }
    #expect(error.description.contains(tensor.words), "\(error.description)")
    #expect(error.description.hasPrefix("model.onnx: "))
    #expect(error.reason == tensor.reason)
  }

  private func read(_ message: ONNXTensorProto) throws -> ONNXTensor {
    let model = try ONNXFixture.model(
      [ONNXFixture.node("Relu", ["x"], ["y"])], initializers: [message]
    ).read()
    return try #require(model.graph.initializers["t"])
  }
}
