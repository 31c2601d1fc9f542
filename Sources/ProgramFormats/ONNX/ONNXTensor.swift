public import ProgramIR

/// A tensor that an ONNX file holds: an initialiser, or the value of an attribute.
public struct ONNXTensor: Sendable {
  /// The type that the file declares.
  public var dataType: ONNXDataType
  /// The elements in row-major order, in the type ``ONNXDataType/dataType``.
  public var weight: Weight

  /// A tensor from its parts.
  public init(dataType: ONNXDataType, weight: Weight) {
    self.dataType = dataType
    self.weight = weight
  }
}
