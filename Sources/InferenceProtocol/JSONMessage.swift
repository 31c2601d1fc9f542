public import Foundation

/// A message that is JSON alone: metadata, health, errors.
public protocol JSONMessage: Codable {}

extension ServerMetadata: JSONMessage {}
extension ModelMetadata: JSONMessage {}
extension ServerLiveness: JSONMessage {}
extension Readiness: JSONMessage {}
extension ErrorMessage: JSONMessage {}

extension JSONMessage {
  /// Reads a message that came from outside.
  ///
  /// - Throws: ``ProtocolError`` that names the place.
  public init(decoding bytes: Data) throws(ProtocolError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: bytes)
    } catch {
      throw ProtocolError(error, reading: "the answer")
    }
  }

  /// The message's JSON, its members in order of their names.
  public func encoded() -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(self)
    } catch {
      preconditionFailure("names and whole numbers encode: \(error)")
    }
  }
}
