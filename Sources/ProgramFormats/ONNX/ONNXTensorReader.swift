import Foundation
import ProgramIR

/// Reads tensors: their numbers from one of the fields of the message, or from a file beside it.
struct ONNXTensorReader {
  private var externalData: ONNXExternalData

  /// A reader that finds numbers outside the message where it is told.
  init(externalData: ONNXExternalData) { self.externalData = externalData }

  /// Reads a tensor.
  ///
  /// - Parameter place: what errors call the tensor, such as "initialiser 'conv.weight'".
  mutating func tensor(
    _ message: ONNXTensorProto, place: String
  ) throws(FormatError) -> ONNXTensor {
    let layout = try ONNXTensorLayout(message, place: place)
    let storage =
      message.dataLocation == .external
      ? try externalData.storage(message.externalData, layout, place: place)
      : try Self.storage(message, layout, place: place)
    return ONNXTensor(
      dataType: layout.type,
      weight: Weight(
        dataType: layout.dataType, sizes: layout.sizes,
        strides: Weight.contiguousStrides(layout.sizes), storage: storage))
  }

  /// The numbers that the message holds itself.
  private static func storage(
    _ message: ONNXTensorProto, _ layout: ONNXTensorLayout, place: String
  ) throws(FormatError) -> Storage {
    let filled = [
      !message.rawData.isEmpty, !message.floatData.isEmpty, !message.int32Data.isEmpty,
      !message.int64Data.isEmpty, !message.doubleData.isEmpty, !message.uint64Data.isEmpty,
      !message.stringData.isEmpty,
    ]
    guard filled.count(where: { $0 }) <= 1 else {
      throw FormatError(
        .malformed, "\(place) holds its numbers more than once; export the model again")
    }
    guard message.rawData.isEmpty else {
      let data = message.rawData
      guard data.count == layout.byteCount else {
        throw layout.contradiction(carries: "\(data.count) bytes", place: place)
      }
      return Storage(byteCount: data.count) { data.copyBytes(to: $0) }.unpacked(layout)
    }
    let filler = ONNXTypedData(layout: layout, place: place)
    switch layout.type {
    case .float, .complex64: return try filler.storage(message.floatData)
    case .double, .complex128: return try filler.storage(message.doubleData)
    case .int64: return try filler.storage(message.int64Data)
    case .uint64: return try filler.storage(message.uint64Data)
    case .uint32: return try filler.storage(message.uint64Data, as: UInt32.self)
    case .int32: return try filler.storage(message.int32Data)
    case .int16: return try filler.storage(message.int32Data, as: Int16.self)
    case .int8: return try filler.storage(message.int32Data, as: Int8.self)
    case .uint16, .float16, .bfloat16:
      return try filler.storage(message.int32Data, as: UInt16.self)
    default: return try filler.storage(message.int32Data, as: UInt8.self)
    }
  }
}
