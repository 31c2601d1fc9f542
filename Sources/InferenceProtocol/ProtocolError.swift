/// Why a message of the Open Inference Protocol cannot be read or written, as one sentence.
public struct ProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, for callers that choose a status code.
  public enum Reason: Hashable, Sendable {
    /// The message is damaged, contradicts itself or lacks something.
    case malformed
    /// The message asks for more than the limits allow.
    case tooLarge
    /// The message is sound and holds something that has no place in its form, such as a NaN in JSON.
    case unrepresentable
  }

  /// What went wrong.
  public let reason: Reason
  /// One sentence that names the place; it may quote names from the message, made safe to print.
  public let description: String

  init(_ reason: Reason, _ sentence: String) {
    self.reason = reason
    description = sentence.cleaned(upTo: 500)
  }

  static func malformed(_ sentence: String) -> ProtocolError { .init(.malformed, sentence) }
}

extension ProtocolError {
  /// What a decoder found wrong, in a sentence that names the place in the message.
  init(_ error: any Error, reading message: String) {
    switch error {
    case let error as ProtocolError: self = error
    case DecodingError.keyNotFound(let key, let context):
      self = .malformed("\(message) lacks \((context.codingPath + [key]).place)")
    case DecodingError.typeMismatch(let type, let context):
      self = .malformed("\(message): \(context.codingPath.place) is no \(Self.word(for: type))")
    case DecodingError.valueNotFound(_, let context):
      self = .malformed("\(message): \(context.codingPath.place) is missing or null")
    default: self = .malformed("\(message) is no valid JSON")
    }
  }

  /// Decodes, and names the place of numbers that do not fit, which JSON's decoder forgets.
  static func naming<T>(_ path: [any CodingKey], _ decode: () throws -> T) throws -> T {
    do {
      return try decode()
    } catch let error as ProtocolError {
      throw error
    } catch let error as DecodingError {
      if case .dataCorrupted(let context) = error, context.codingPath.isEmpty {
        throw unfit(at: path)
      }
      throw error
    } catch {
      throw unfit(at: path)
    }
  }

  private static func unfit(at path: [any CodingKey]) -> ProtocolError {
    malformed("the message's \(path.place) is out of range or no whole number")
  }

  private static func word(for type: any Any.Type) -> String {
    switch type {
    case is Bool.Type: "truth value"
    case is String.Type: "string"
    case is any BinaryInteger.Type: "whole number that fits"
    case is any BinaryFloatingPoint.Type: "number that fits"
    case is any Collection.Type: "list"
    default: "value of the right kind"
    }
  }
}

extension [any CodingKey] {
  /// The path as people write it: `inputs[0].data[3]`.
  fileprivate var place: String {
    let text = reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text.isEmpty ? "its content" : "“\(text)”"
  }
}
