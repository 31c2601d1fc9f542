/// Counts the messages in an ONNX file before they are decoded: an empty one takes two bytes of the file,
/// and hundreds of memory.
///
/// Names of values count too, of which nodes and functions may list as many as they like; tables of text
/// inside attributes and tensors do not.
///
/// Only lengths are looked at, so that weights are stepped over. Where the file is unsound counting ends;
/// decoding it then says why.
struct ONNXMessageCount {
  /// The most messages that a file may have: nodes, attributes, tensors, what describes them,
  /// and names of values.
  static let limit = 1_000_000

  /// Messages that hold others.
  private enum Kind {
    case model, graph, node, attribute, tensor, value, type, tensorType, shape, function
    /// One that holds no others.
    case leaf

    /// What the field of a number holds; nothing if it is no message.
    func kind(inField number: UInt64) -> Kind? {
      switch (self, number) {
      case (.model, 7), (.attribute, 6), (.attribute, 11): .graph
      case (.model, 25): .function
      case (.graph, 1), (.function, 7): .node
      case (.node, 5), (.function, 11): .attribute
      case (.graph, 5), (.attribute, 5), (.attribute, 10): .tensor
      case (.graph, 11), (.graph, 12): .value
      case (.value, 2): .type
      case (.type, 1): .tensorType
      case (.tensorType, 2): .shape
      case (.node, 1), (.node, 2), (.function, 4), (.function, 5), (.function, 6): .leaf
      case (.model, 8), (.model, 14), (.graph, 15), (.tensor, 3), (.tensor, 13), (.shape, 1),
        (.function, 9):
        .leaf
      default: nil
      }
    }
  }

  private var count = 0
  private let bytes: UnsafeRawBufferPointer

  /// - Throws: ``FormatError`` if there are more than ``limit``.
  static func check(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var messages = ONNXMessageCount(bytes: bytes)
    guard messages.add(.model, in: 0..<bytes.count, depth: 0) else {
      throw FormatError(
        .unsupported, "the model is made of more than \(limit) nodes, names, attributes and tensors"
      )
    }
  }

  private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// - Returns: whether the limit still holds.
  private mutating func add(_ kind: Kind, in range: Range<Int>, depth: Int) -> Bool {
    count += 1
    guard count <= Self.limit else { return false }
    // Decoding refuses messages that are nested more deeply.
    guard kind != .leaf, depth <= 100 else { return true }
    var rest = range
    while let tag = number(&rest) {
      switch tag & 7 {
      case 0: guard number(&rest) != nil else { return true }
      case 1: rest = rest.dropFirst(8)
      case 5: rest = rest.dropFirst(4)
      case 2:
        guard let length = number(&rest), length <= UInt64(rest.count) else { return true }
        let content = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        if let inner = kind.kind(inField: tag >> 3),
          !add(inner, in: content, depth: depth + 1)
        {
          return false
        }
      default: return true
      }
    }
    return true
  }

  /// A number of seven bits a byte, lowest first; nothing where there is none.
  private func number(_ rest: inout Range<Int>) -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let position = rest.first else { return nil }
      rest = rest.dropFirst()
      number |= UInt64(bytes[position] & 0x7f) << UInt64(shift)
      if bytes[position] & 0x80 == 0 { return number }
    }
    return nil
  }
}
