import Foundation
public import ProgramIR
import SwiftProtobuf

extension ONNXModel {
  /// Writes an ONNX file that is another one with some of its weights replaced.
  ///
  /// All else of the file stays as it was, what is not understood here included; what lies in files of
  /// external data is brought into the new file. It takes its name when it is complete; until then,
  /// and if anything fails, what was there before stays.
  ///
  /// - Parameters:
  ///   - weights: new numbers by name: that of an initialiser of the main graph, or that of the value
  ///     that a `Constant` node defines there. Types and sizes must be those that the file has. The name
  ///     `y.running_mean` or `y.running_var` gives the normalisation that defines `y` a statistic of its own.
  ///   - source: the path of the file whose weights are replaced.
  ///   - path: where to write; it may be the same.
  /// - Throws: ``FormatError`` whose description starts with one of the paths: also of the reason
  ///   `unsupported` if a weight is unknown or of another type, or if the new file would be longer
  ///   than 2 GB.
  public static func write(
    replacing weights: [String: Weight], ofModelAt source: String, to path: String
  ) throws(FormatError) {
    let message = try replacing(weights, ofModelAt: source)
    do throws(FormatError) {
      let data: Data
      do {
        data = try message.serializedBytes()
      } catch {
        throw ONNXWeightWriter.excess
      }
      try write(data, to: path)
    } catch {
      throw error.naming(file: path)
    }
  }

  private static func replacing(
    _ weights: [String: Weight], ofModelAt source: String
  ) throws(FormatError) -> ONNXModelProto {
    do throws(FormatError) {
      var message = try ONNXModelProto(contentsOf: source)
      var writer = ONNXWeightWriter(
        weights, externalData: ONNXExternalData(besideModelAt: source),
        byteCount: try ModelFile(at: source).byteCount)
      try writer.replaceWeights(of: &message)
      return message
    } catch {
      throw error.naming(file: source)
    }
  }

  private static func write(_ data: Data, to path: String) throws(FormatError) {
    do throws(FileReplacement.Failure) {
      try FileReplacement.write(data, to: path)
    } catch {
      throw .unwritable(error.description)
    }
  }
}
