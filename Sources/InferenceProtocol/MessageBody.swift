public import Foundation

/// A message as HTTP carries it: JSON alone, or JSON and then the elements of tensors.
public struct MessageBody: Hashable, Sendable {
  /// The name of the HTTP header that says where the JSON ends.
  public static let headerLengthField = "Inference-Header-Content-Length"

  /// All bytes.
  public var bytes: Data
  /// How many of them are JSON; nothing if all are.
  public var headerLength: Int?

  /// A body.
  public init(bytes: Data, headerLength: Int? = nil) {
    self.bytes = bytes
    self.headerLength = headerLength
  }

  /// A body that was received.
  ///
  /// - Parameters:
  ///   - bytes: the body.
  ///   - field: the value of ``headerLengthField``, if there is one.
  /// - Throws: ``ProtocolError`` if the value is no length within the body.
  public init(bytes: Data, headerLengthField field: String?) throws(ProtocolError) {
    self.bytes = bytes
    if let field {
      guard !field.isEmpty, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let length = Int(field), length <= bytes.count
      else {
        throw .malformed(
          "\(Self.headerLengthField) is “\(field)”, which is no length within the body of "
            + "\(bytes.count) bytes")
      }
      headerLength = length
    }
  }

  /// The type of the content: `application/json`, or `application/octet-stream` with binary tensors.
  public var contentType: String {
    headerLength == nil ? "application/json" : "application/octet-stream"
  }

  /// How many commas a message may have beside those between elements.
  private static let mostOtherCommas = 10_000

  /// Reads the JSON, and gives the bytes after it.
  func decode<Header: Decodable>(
    _ type: Header.Type, within limits: ProtocolLimits, reading message: String
  ) throws(ProtocolError) -> (Header, rest: Data) {
    let length = headerLength ?? bytes.count
    guard (0...bytes.count).contains(length) else {
      throw .malformed("\(message) says that it has \(length) bytes of JSON; it is shorter")
    }
    // A number in JSON costs its reader many times its bytes, so they are counted first.
    let commas = bytes.prefix(length).withUnsafeBytes { $0.reduce(0) { $0 + ($1 == 0x2C ? 1 : 0) } }
    guard commas <= limits.elements + Self.mostOtherCommas else {
      throw ProtocolError(
        .tooLarge, "\(message) lists more than \(limits.elements) elements in JSON")
    }
    let decoder = JSONDecoder()
    if let key = CodingUserInfoKey.limits { decoder.userInfo[key] = limits }
    do {
      return (try decoder.decode(type, from: bytes.prefix(length)), bytes.dropFirst(length))
    } catch {
      throw ProtocolError(error, reading: message)
    }
  }

  /// Puts a message together.
  ///
  /// - Parameters:
  ///   - tensors: all tensors, in order.
  ///   - isBinary: which of them follow the header.
  ///   - header: the JSON around them.
  static func encoding<Header: Encodable>(
    _ tensors: [InferenceTensor], binary isBinary: (InferenceTensor) -> Bool,
    header: ([OutgoingTensor]) -> Header
  ) throws(ProtocolError) -> MessageBody {
    var appended = Data()
    let outgoing = tensors.map { tensor in
      guard isBinary(tensor) else { return OutgoingTensor(tensor: tensor, binarySize: nil) }
      let bytes = tensor.contents.binary
      appended.append(bytes)
      return OutgoingTensor(tensor: tensor, binarySize: bytes.count)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let json = try encoder.encode(header(outgoing))
      let hasBinary = outgoing.contains { $0.binarySize != nil }
      return MessageBody(bytes: json + appended, headerLength: hasBinary ? json.count : nil)
    } catch let error as ProtocolError {
      throw error
    } catch {
      throw ProtocolError(.unrepresentable, "a parameter is no finite number")
    }
  }
}
