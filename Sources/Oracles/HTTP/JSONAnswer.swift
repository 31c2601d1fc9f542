import Foundation
import ThreatModels

/// Any JSON that a service answers with.
enum JSONAnswer: Decodable, Sendable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  /// A list of numbers alone, which is what most answers are made of.
  case numbers([Double])
  case list([JSONAnswer])
  case members([String: JSONAnswer])

  /// Reads a whole body.
  ///
  /// - Throws: `OracleError.malformed` when it is not JSON; NaN is not.
  init(_ body: [UInt8]) throws(OracleError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(body))
    } catch {
      throw .malformed("the answer is not JSON, or is cut off")
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let numbers = try? container.decode([Double].self) {
      self = .numbers(numbers)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let truth = try? container.decode(Bool.self) {
      self = .truth(truth)
    } else if let list = try? container.decode([JSONAnswer].self) {
      self = .list(list)
    } else {
      self = .members(try container.decode([String: JSONAnswer].self))
    }
  }

  /// The elements of a list; nothing of anything else.
  var elements: [JSONAnswer]? {
    switch self {
    case .numbers(let numbers): numbers.map(JSONAnswer.number)
    case .list(let list): list
    default: nil
    }
  }

  /// The numbers of a list of numbers.
  var floats: [Float]? {
    guard case .numbers(let numbers) = self else { return nil }
    return numbers.map(Float.init)
  }

  /// A whole number.
  var whole: Int? {
    guard case .number(let number) = self else { return nil }
    return Int(exactly: number)
  }
}
