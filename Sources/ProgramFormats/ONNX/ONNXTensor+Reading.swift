import Foundation
import SwiftProtobuf

extension ONNXTensor {
  /// Reads a tensor that a file holds by itself, as the ONNX project keeps the data of its tests.
  ///
  /// - Parameter path: the path of a `TensorProto`.
  /// - Throws: ``FormatError`` whose description starts with `path`.
  public static func read(from path: String) throws(FormatError) -> ONNXTensor {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw FormatError(.missing, "\(path): there is no such file; check the path")
    }
    guard let message = try? ONNXTensorProto(serializedBytes: data) else {
      throw FormatError(.malformed, "\(path): this is no tensor of ONNX's")
    }
    do throws(FormatError) {
      var reader = ONNXTensorReader(externalData: ONNXExternalData(besideModelAt: nil))
      return try reader.tensor(message, place: "the tensor")
    } catch {
      throw error.naming(file: path)
    }
  }
}
