import Foundation

/// What a file is, judged by its content and never by its name.
enum FileKind: Hashable {
  case empty, zip, pickle, onnx, safetensors, hdf5, tensorFlowLite, unknown

  /// How many bytes from the start decide.
  static let prefixLength = 64

  /// Judges from the first bytes of a file and its whole length.
  init(prefix: some Collection<UInt8>, byteCount: Int) {
    let bytes = Array(prefix.prefix(Self.prefixLength))
    if byteCount == 0 {
      self = .empty
    } else if [[0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6]].contains(Array(bytes.prefix(4))) {
      self = .zip
    } else if bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A]) {
      self = .hdf5
    } else if bytes.dropFirst(4).starts(with: Array("TFL3".utf8)) {
      self = .tensorFlowLite
    } else if Self.isSafetensors(bytes, byteCount: byteCount) {
      self = .safetensors
    } else if bytes.count > 1, bytes[0] == 0x80, (2...5).contains(bytes[1]) {
      self = .pickle
    } else if Self.isONNX(bytes) {
      self = .onnx
    } else {
      self = .unknown
    }
  }

  /// A little-endian length of the header, which fits the file, then a JSON object.
  private static func isSafetensors(_ bytes: [UInt8], byteCount: Int) -> Bool {
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { return false }
    let header = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return header <= UInt64(byteCount)
  }

  /// A protocol buffer that starts with a small `ir_version` and goes on with a field of a model.
  private static func isONNX(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 2, bytes[0] == 0x08, (1...64).contains(bytes[1]) else { return false }
    let producerGraphOrOperatorSet: [UInt8] = [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42]
    return producerGraphOrOperatorSet.contains(bytes[2])
  }

  /// What to tell somebody who gave such a file where an exported program is needed.
  var refusal: FormatError? {
    switch self {
    case .zip: nil
    case .empty: FormatError(.malformed, "the file is empty; export the model again")
    case .pickle:
      FormatError(
        .unsupported,
        "this is a Python pickle, which can run any code and is never opened; "
          + ExportAdvice.exportAgain)
    case .onnx:
      FormatError(
        .unsupported,
        "this is an ONNX model, which is not supported; if it came from PyTorch, "
          + ExportAdvice.exportAgain)
    case .safetensors:
      FormatError(
        .unsupported,
        "this is a safetensors file, which holds weights without the network; "
          + ExportAdvice.exportAgain)
    case .hdf5:
      FormatError(
        .unsupported,
        "this is an HDF5 file, as Keras writes; rebuild the network in PyTorch, then "
          + ExportAdvice.exportAgain)
    case .tensorFlowLite:
      FormatError(
        .unsupported,
        "this is a TensorFlow Lite model; rebuild the network in PyTorch, then "
          + ExportAdvice.exportAgain)
    case .unknown:
      FormatError(
        .unsupported,
        "this is not a model file that is known here; for a PyTorch model, "
          + ExportAdvice.exportAgain)
    }
  }
}
