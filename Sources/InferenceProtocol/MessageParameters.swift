/// A value beside a tensor, a request or a response.
public enum ParameterValue: Hashable, Codable, Sendable {
  case truth(Bool)
  case integer(Int64)
  case real(Double)
  case text(String)

  /// Reads a truth value, a number or a string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .truth(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .real(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Writes what is held; a real number must be finite.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .truth(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .real(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }
}

/// The values beside a tensor, a request or a response, by name.
///
/// Servers add members of their own; those that are no truth value, number or string are left out when
/// read, because the protocol gives them no meaning.
public struct MessageParameters: Hashable, Codable, Sendable, ExpressibleByDictionaryLiteral {
  /// The values by name.
  public var values: [String: ParameterValue]

  /// Parameters.
  public init(_ values: [String: ParameterValue] = [:]) { self.values = values }

  /// Parameters written out.
  public init(dictionaryLiteral elements: (String, ParameterValue)...) {
    values = Dictionary(elements) { _, last in last }
  }

  /// Whether there are none.
  public var isEmpty: Bool { values.isEmpty }

  /// One value.
  public subscript(name: String) -> ParameterValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Reads an object; `null` is none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    values = [:]
    for key in container.allKeys {
      values[key.stringValue] = try? container.decode(ParameterValue.self, forKey: key)
    }
  }

  /// Writes an object.
  public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension MessageParameters {
  /// The value if it is a truth value.
  public func truth(_ name: String) -> Bool? {
    if case .truth(let value) = values[name] { value } else { nil }
  }

  /// The value if it is a string.
  public func text(_ name: String) -> String? {
    if case .text(let value) = values[name] { value } else { nil }
  }

  /// The value if it is a whole number.
  public func integer(_ name: String) -> Int? {
    if case .integer(let value) = values[name] { Int(exactly: value) } else { nil }
  }
}
