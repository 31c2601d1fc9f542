import ProgramIR

/// The type and the sizes of a tensor in a file, which are known to fit into memory's numbers.
struct ONNXTensorLayout: Hashable {
  /// The type that the file declares.
  let type: ONNXDataType
  /// The type of the elements in memory.
  let dataType: DataType
  /// The sizes, outermost first.
  let sizes: [Int]
  /// How many elements there are.
  let elementCount: Int
  /// How many bytes they take in the file.
  let byteCount: Int

  /// Checks what a message declares.
  ///
  /// - Parameter place: what errors call the tensor.
  init(_ message: ONNXTensorProto, place: String) throws(FormatError) {
    guard !message.hasSegment else {
      throw FormatError(
        .unsupported,
        "\(place) is cut into segments, which is not supported; export the model again")
    }
    guard let type = ONNXDataType(rawValue: Int(message.dataType)) else {
      throw FormatError(
        .unsupported,
        "\(place) has the data type \(message.dataType), which is not known here; export the "
          + "model with another")
    }
    guard let dataType = type.dataType, let bitCount = type.bitCount else {
      throw FormatError(
        .unsupported,
        "\(place) holds text, and only numbers are supported; take it out of the network")
    }
    self.type = type
    self.dataType = dataType
    sizes = message.dims.map(Int.init)
    // As large as the tensor would be if no size were zero, so that no order of sizes overflows.
    var bits = max(bitCount, dataType.byteCount * 8)
    for size in sizes {
      guard size >= 0 else {
        throw FormatError(
          .malformed, "\(place) has the size \(size); export the model again")
      }
      let (product, overflow) = bits.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow else {
        throw FormatError(
          .malformed,
          "\(place) declares sizes \(sizes), more than any memory holds; export the model again")
      }
      bits = product
    }
    elementCount = sizes.reduce(1, *)
    byteCount = (elementCount * bitCount + 7) / 8
  }

  /// The error for a tensor that holds another number of elements than it declares.
  func contradiction(carries what: String, place: String) -> FormatError {
    FormatError(
      .malformed,
      "\(place) declares \(type)\(sizes), which is \(byteCount) bytes, but carries \(what); "
        + "export the model again")
  }
}
