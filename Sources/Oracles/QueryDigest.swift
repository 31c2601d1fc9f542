import Crypto
import Foundation

extension OracleIdentity {
  /// A few digits that tell long texts apart, for what is not to be kept itself.
  static func fingerprint(of text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).prefix(8).hexadecimal
  }
}

/// The SHA-256 digest of a question: of what is sent about a picture, and to whom.
///
/// Every part is preceded by its length, so that two different questions never give the same bytes.
public struct QueryDigest: Hashable, Sendable {
  /// 32 bytes.
  let bytes: Data

  /// The digest of a question.
  public init(of picture: EncodedPicture, to identity: OracleIdentity) {
    var hash = SHA256()
    func add(_ part: some DataProtocol) {
      withUnsafeBytes(of: UInt64(part.count).littleEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: part)
    }
    add(Data(identity.interface.utf8))
    add(Data(identity.address.utf8))
    for (name, value) in identity.details.sorted(by: { $0.key < $1.key }) {
      add(Data(name.utf8))
      add(Data(value.utf8))
    }
    add(picture.bytes)
    bytes = Data(hash.finalize())
  }
}

extension QueryDigest: Codable {
  /// Reads 64 hexadecimal digits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let digits = Array(try container.decode(String.self))
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    guard digits.count == 64, bytes.count == 32 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "64 hexadecimal digits are wanted")
    }
    self.bytes = Data(bytes)
  }

  /// Writes 64 hexadecimal digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes.hexadecimal)
  }
}

extension Sequence<UInt8> {
  /// Two digits for each byte.
  fileprivate var hexadecimal: String {
    map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
