import Foundation

/// What a file is, judged by its content and never by its name.
enum FileKind: Hashable {
  case empty, zip, pickle, onnx, safetensors, hdf5, tensorFlowLite, pointer, unknown

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
    } else if bytes.starts(with: Array("version https://git-lfs".utf8)) {
      self = .pointer
    } else if Self.isSafetensors(bytes, byteCount: byteCount) {
      self = .safetensors
    } else if bytes.count > 1, bytes[0] == 0x80, (2...5).contains(bytes[1]) {
      self = .pickle
    } else if Self.isONNX(bytes, byteCount: byteCount) {
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

  /// A protocol buffer whose first fields are those of a model: a small `ir_version` and another, or
  /// a graph, in whatever order.
  private static func isONNX(_ bytes: [UInt8], byteCount: Int) -> Bool {
    var rest = bytes[...]
    var hasVersion = false
    while let tag = rest.popVariableLengthInteger(), let value = rest.popVariableLengthInteger() {
      let field = tag >> 3
      switch tag & 7 {
      case 0 where field == 1 && !hasVersion && (1...64).contains(value): hasVersion = true
      case 0 where field == 5: break
      case 2 where field == 7 && !hasVersion:
        let isInside = value > 0 && value <= byteCount - rest.startIndex
        return isInside && rest.first.map(Self.startsGraph) ?? false
      case 2 where [2, 3, 4, 6, 7, 8, 14, 20, 25, 26].contains(field):
        // What comes next is not among the bytes that are known.
        if value > rest.count { return hasVersion }
        rest = rest.dropFirst(Int(value))
      default: return false
      }
      if hasVersion && field != 1 { return true }
    }
    return false
  }

  /// Whether a graph can start with the byte: that of a node, of the name, or of any other field.
  private static func startsGraph(_ byte: UInt8) -> Bool {
    [0x0A, 0x12, 0x2A, 0x52, 0x5A, 0x62, 0x6A, 0x72, 0x7A, 0x82].contains(byte)
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
        "this is an ONNX model, and only .pt2 files are read here; load it through lowering, or "
          + "export it from PyTorch to .pt2")
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
    case .pointer:
      FormatError(
        .malformed,
        "this is what Git LFS keeps in place of the model; fetch the model itself with: git lfs pull"
      )
    case .unknown:
      FormatError(
        .unsupported,
        "this is not a model file that is known here; for a PyTorch model, "
          + ExportAdvice.exportAgain)
    }
  }
}

extension ArraySlice<UInt8> {
  /// Takes a number of seven bits a byte, smallest first, as protocol buffers write lengths.
  fileprivate mutating func popVariableLengthInteger() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 63, by: 7) {
      guard let byte = popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    return nil
  }
}
