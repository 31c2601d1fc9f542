public import ProgramFormats

extension ONNXModel {
  /// The operators that can be lowered, sorted; those outside the standard set with their set in front,
  /// as in `ai.onnx.ml::Scaler`.
  public static var supportedOperators: [String] { OperatorTable.lowerings.keys.sorted() }
}
