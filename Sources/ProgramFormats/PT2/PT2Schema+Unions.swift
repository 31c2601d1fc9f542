import Foundation
import ProgramIR

/// An object with exactly one member, whose name tells its kind.
struct PT2Union {
  /// A key that may be any text.
  struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let container: KeyedDecodingContainer<Key>
  private let key: Key

  init(from decoder: any Decoder) throws {
    container = try decoder.container(keyedBy: Key.self)
    let keys = container.allKeys
    guard keys.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "it must have one member"))
    }
    key = keys[0]
  }

  /// The name of the member.
  var kind: String { key.stringValue }

  /// The member's value.
  func value<T: Decodable>(_ type: T.Type = T.self) throws -> T {
    try container.decode(type, forKey: key)
  }

  /// An error at this place.
  func corrupted(_ reason: String) -> DecodingError {
    .dataCorruptedError(forKey: key, in: container, debugDescription: reason)
  }
}

extension PT2Schema.Range {
  /// The range, unless it is empty.
  var closed: ClosedRange<Int>? {
    let (low, high) = (lowest ?? 0, highest ?? .max)
    return low <= high ? low...high : nil
  }
}

extension PT2Schema {
  /// A size that is known, or an expression.
  enum Size: Decodable {
    case fixed(Int)
    case expression(String)

    fileprivate struct Expression: Decodable {
      let text: String
      enum CodingKeys: String, CodingKey { case text = "expr_str" }
    }

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "as_int": self = .fixed(try union.value())
      case "as_expr": self = .expression(try union.value(Expression.self).text)
      default: throw union.corrupted("\(union.kind) is not a kind of size")
      }
    }

    /// The size, if it is known.
    var fixedSize: Int? {
      if case .fixed(let size) = self { size } else { nil }
    }
  }

  /// The expression of a number that is computed; a known number is its own expression.
  struct Scalar: Decodable {
    let expression: String

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "as_expr": expression = try union.value(Size.Expression.self).text
      case "as_int": expression = "\(try union.value(Int.self))"
      case "as_float": expression = "\(try union.value(Real.self).value)"
      case "as_bool": expression = "\(try union.value(Bool.self))"
      default: throw union.corrupted("\(union.kind) is not a kind of number")
      }
    }
  }

  /// A number that Python writes as a string where JSON has no word for it.
  struct Real: Decodable {
    let value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = number
        return
      }
      switch try container.decode(String.self) {
      case "Infinity": value = .infinity
      case "-Infinity": value = -.infinity
      case "NaN": value = .nan
      case let text:
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "'\(text)' is not a number")
      }
    }
  }

  /// Where a value that exists before the first call comes from.
  enum InputSpec: Decodable {
    case user(Value)
    case parameter(value: String, name: String)
    case buffer(value: String, name: String)
    case tensorConstant(value: String, name: String)
    /// A number or text that the export has already used.
    case constant
    case unsupported(String)

    private struct User: Decodable { let arg: Value }

    private struct Parameter: Decodable {
      let arg: Named
      let name: String
      enum CodingKeys: String, CodingKey { case arg, name = "parameter_name" }
    }

    private struct Buffer: Decodable {
      let arg: Named
      let name: String
      enum CodingKeys: String, CodingKey { case arg, name = "buffer_name" }
    }

    private struct TensorConstant: Decodable {
      let arg: Named
      let name: String
      enum CodingKeys: String, CodingKey { case arg, name = "tensor_constant_name" }
    }

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "user_input": self = .user(try union.value(User.self).arg)
      case "parameter":
        let spec = try union.value(Parameter.self)
        self = .parameter(value: spec.arg.name, name: spec.name)
      case "buffer":
        let spec = try union.value(Buffer.self)
        self = .buffer(value: spec.arg.name, name: spec.name)
      case "tensor_constant":
        let spec = try union.value(TensorConstant.self)
        self = .tensorConstant(value: spec.arg.name, name: spec.name)
      case "constant_input": self = .constant
      default: self = .unsupported(union.kind)
      }
    }
  }

  /// What a value that is left after the last call is for.
  enum OutputSpec: Decodable {
    case user(Value)
    case bufferMutation(value: String, name: String)
    case unsupported(String)

    private struct User: Decodable { let arg: Value }

    private struct Mutation: Decodable {
      let arg: Named
      let name: String
      enum CodingKeys: String, CodingKey { case arg, name = "buffer_name" }
    }

    init(from decoder: any Decoder) throws {
      let union = try PT2Union(from: decoder)
      switch union.kind {
      case "user_output": self = .user(try union.value(User.self).arg)
      case "buffer_mutation":
        let spec = try union.value(Mutation.self)
        self = .bufferMutation(value: spec.arg.name, name: spec.name)
      default: self = .unsupported(union.kind)
      }
    }
  }
}
