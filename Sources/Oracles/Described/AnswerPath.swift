import ThreatModels

/// The place of something in a JSON answer: `predictions[0].label`; `$` is the whole answer.
struct AnswerPath: Hashable, Sendable, CustomStringConvertible {
  private enum Step: Hashable, Sendable {
    case member(String)
    case element(Int)
  }

  /// As it was written.
  let description: String
  private let steps: [Step]

  /// Reads a path; nothing if the text is none.
  init?(_ text: String) {
    description = text
    var steps: [Step] = []
    var rest = text[...]
    if rest.first == "$" {
      rest = rest.dropFirst()
      if rest.first == "." { rest = rest.dropFirst() }
      if rest.isEmpty, text != "$" { return nil }
    } else if rest.isEmpty {
      return nil
    }
    while !rest.isEmpty {
      if rest.first == "[" {
        guard let end = rest.firstIndex(of: "]"), let number = UInt32(rest[..<end].dropFirst())
        else { return nil }
        steps.append(.element(Int(number)))
        rest = rest[rest.index(after: end)...]
      } else {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        if name.isEmpty { return nil }
        steps.append(.member(String(name)))
        rest = rest[name.endIndex...]
      }
      guard rest.first == "." else { continue }
      rest = rest.dropFirst()
      if rest.isEmpty || rest.first == "[" { return nil }
    }
    self.steps = steps
  }

  /// What stands there.
  ///
  /// - Throws: `OracleError.malformed` when nothing does.
  func value(in answer: JSONAnswer) throws(OracleError) -> JSONAnswer {
    var found = answer
    for step in steps {
      let next: JSONAnswer?
      switch (step, found) {
      case (.member(let name), .members(let members)): next = members[name]
      case (.element(let number), .numbers(let numbers)):
        next = numbers.indices.contains(number) ? .number(numbers[number]) : nil
      case (.element(let number), .list(let list)):
        next = list.indices.contains(number) ? list[number] : nil
      default: next = nil
      }
      guard let next else { throw .malformed("the answer has nothing at \(description)") }
      found = next
    }
    return found
  }
}
