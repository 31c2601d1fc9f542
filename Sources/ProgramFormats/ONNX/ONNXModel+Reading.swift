import Foundation
import SwiftProtobuf

extension ONNXModel {
  /// The oldest version of the standard operator set that is read.
  public static let oldestOperatorSet = 7
  /// The newest version of the standard operator set that is read.
  public static let newestOperatorSet = 28

  /// Whether the file at a path is an ONNX model, judged by its first bytes and never by its name.
  ///
  /// - Throws: ``FormatError`` whose description starts with `path`, if there is no such file or it
  ///   is a folder.
  public static func recognizes(fileAt path: String) throws(FormatError) -> Bool {
    do throws(FormatError) {
      return try ModelFile(at: path).kind == .onnx
    } catch {
      throw error.naming(file: path)
    }
  }

  /// Reads an ONNX file and the files beside it that hold its weights, if there are any.
  ///
  /// Nothing in it is ever executed, and everything that it declares is checked: sizes before memory
  /// is allocated, names before they are used. Files of weights must lie in the folder of the model,
  /// also after links have been followed.
  ///
  /// - Parameter path: the path of the file.
  /// - Returns: the model with all its weights in memory.
  /// - Throws: ``FormatError`` whose description starts with `path`.
  public static func read(from path: String) throws(FormatError) -> ONNXModel {
    do throws(FormatError) {
      var reader = ONNXModelReader(externalData: ONNXExternalData(besideModelAt: path))
      return try reader.model(ONNXModelProto(contentsOf: path))
    } catch {
      throw error.naming(file: path)
    }
  }

  /// The files beside an ONNX file that hold its weights, in the order in which it first names them.
  ///
  /// Only files are named that ``read(from:)`` reads; most models have none.
  ///
  /// - Parameter path: the path of the ONNX file.
  /// - Returns: the paths, after links have been followed.
  /// - Throws: ``FormatError`` whose description starts with `path`.
  public static func weightFiles(ofModelAt path: String) throws(FormatError) -> [String] {
    do throws(FormatError) {
      let externalData = ONNXExternalData(besideModelAt: path)
      var message = try ONNXModelProto(contentsOf: path)
      var paths: [String] = []
      try message.forEachTensor { tensor throws(FormatError) in
        guard tensor.dataLocation == .external else { return }
        let place = "tensor '\(tensor.name)'"
        let file = try externalData.path(
          tensor.externalData, ONNXTensorLayout(tensor, place: place), place: place)
        if !paths.contains(file) { paths.append(file) }
      }
      return paths
    } catch {
      throw error.naming(file: path)
    }
  }

  /// Reads an ONNX model that is in memory already and holds all its weights itself.
  ///
  /// - Parameters:
  ///   - bytes: the content of the file.
  ///   - name: what errors call it.
  /// - Returns: the model with all its weights copied out of `bytes`.
  /// - Throws: ``FormatError`` whose description starts with `name`.
  public static func read(_ bytes: [UInt8], named name: String) throws(FormatError) -> ONNXModel {
    do throws(FormatError) {
      var reader = ONNXModelReader(externalData: ONNXExternalData(besideModelAt: nil))
      return try reader.model(
        ONNXModelProto(bytes, kind: FileKind(prefix: bytes, byteCount: bytes.count)))
    } catch {
      throw error.naming(file: name)
    }
  }
}

extension ONNXModelProto {
  /// Protocol buffers are never longer, so neither are files that are written.
  static let byteLimit = Int(Int32.max) - 1

  /// The message in a file, without the files beside it.
  init(contentsOf path: String) throws(FormatError) {
    let file = try ModelFile(at: path)
    guard file.byteCount <= Self.byteLimit else {
      throw FormatError(
        .unsupported,
        "the file is longer than the 2 GB that an ONNX model may have; keep its weights in a file "
          + "of external data")
    }
    guard let bytes = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
      throw FormatError(.missing, "the file cannot be read; check its permissions")
    }
    try self.init(bytes, kind: file.kind)
  }

  /// The message in some bytes.
  init(_ bytes: some SwiftProtobufContiguousBytes, kind: FileKind) throws(FormatError) {
    switch kind {
    case .onnx: break
    case .empty: throw FormatError(.malformed, "the file is empty; export the model again")
    default: throw FormatError(.unsupported, "this is not an ONNX model; give an .onnx file")
    }
    do {
      try bytes.withUnsafeBytes { try ONNXMessageCount.check($0) }
      try self.init(serializedBytes: bytes)
    } catch let error as FormatError {
      throw error
    } catch BinaryDecodingError.messageDepthLimit {
      throw FormatError(
        .unsupported,
        "graphs are nested more deeply than the \(BinaryDecodingOptions().messageDepthLimit) "
          + "messages that are followed; simplify the model")
    } catch BinaryDecodingError.truncated {
      throw FormatError(
        .malformed, "the file ends in the middle of the model; copy or export it again")
    } catch BinaryDecodingError.invalidUTF8 {
      throw FormatError(.malformed, "a name in the file is not UTF-8; export the model again")
    } catch {
      throw FormatError(
        .malformed, "the file is not a sound protocol buffer; copy or export it again")
    }
  }
}
