import ThreatModels

/// Where label and scores stand in the answer of a described service.
struct AnswerDescription: Hashable, Sendable {
  /// The list with one element for each picture; nothing if a request holds one picture.
  let items: AnswerPath?
  /// Where the predicted class stands, a name or a number.
  let label: AnswerPath?
  /// Where the scores stand: a list of numbers, or numbers by names of classes.
  let scores: AnswerPath?
  /// What the scores are.
  let kind: ScoreKind
  private let classNames: [String]
  private let numbers: [String: Int]
  /// The classes by names that are numbers; nothing if no name is the number of another class.
  private let named: [Int: Int]?

  /// Reads the part of a description that says where the answer is.
  init(_ reader: inout DescriptionReader, classNames: [String]) throws(DescriptionError) {
    var part = try reader.mapping("answer")
    items = try Self.path("items", &part)
    label = try Self.path("label", &part)
    scores = try Self.path("scores", &part)
    let kindName = try part.text("kind") ?? ScoreKind.probabilities.rawValue
    guard let kind = ScoreKind(rawValue: kindName) else {
      throw part.failure("kind", "probabilities or logits is wanted")
    }
    self.kind = kind
    if label == nil && scores == nil {
      throw part.failure("label", "this key is missing (or scores)")
    }
    try part.finish()
    self.classNames = classNames
    numbers = Dictionary(uniqueKeysWithValues: zip(classNames, classNames.indices))
    let named = Dictionary(
      classNames.enumerated().compactMap { place, name in Int(name).map { ($0, place) } },
      uniquingKeysWith: { first, _ in first })
    self.named = named.allSatisfy { $0.key == $0.value } ? nil : named
  }

  private static func path(
    _ key: String, _ reader: inout DescriptionReader
  ) throws(DescriptionError) -> AnswerPath? {
    guard let text = try reader.text(key) else { return nil }
    guard let path = AnswerPath(text) else {
      throw reader.failure(
        key, "a path such as predictions[0].label is wanted, or $ for everything")
    }
    return path
  }

  /// What an answer says of the pictures of a request.
  ///
  /// - Throws: `OracleError.malformed`.
  func answers(in body: [UInt8]) throws(OracleError) -> [Answer] {
    let whole = try JSONAnswer(body)
    guard let items else { return [try answer(in: whole)] }
    guard let elements = try items.value(in: whole).elements else {
      throw .malformed("the answer has no list at \(items)")
    }
    var answers: [Answer] = []
    for element in elements { answers.append(try answer(in: element)) }
    return answers
  }

  private func answer(in json: JSONAnswer) throws(OracleError) -> Answer {
    let predicted = try label.map { path throws(OracleError) in
      try classNumber(try path.value(in: json), at: path)
    }
    guard let scores else {
      return try Answer(label: predicted ?? -1, classCount: classNames.count)
    }
    return try Answer(
      scores: try self.scores(in: try scores.value(in: json), at: scores), label: predicted,
      kind: kind, classCount: classNames.count)
  }

  private func classNumber(_ json: JSONAnswer, at path: AnswerPath) throws(OracleError) -> Int {
    if let number = json.whole {
      guard let named else { return number }
      guard let place = named[number] else {
        throw .malformed(
          "the answer has the number \(number) at \(path), and the description's numbers are names "
            + "of classes, of which it is none")
      }
      return place
    }
    guard case .text(let name) = json else {
      throw .malformed("what the answer has at \(path) is neither a number nor a name of a class")
    }
    guard let number = numbers[name] else {
      throw .malformed("the answer names a class at \(path) that the description does not know")
    }
    return number
  }

  private func scores(in json: JSONAnswer, at path: AnswerPath) throws(OracleError) -> [Float] {
    if let list = json.floats { return list }
    guard case .members(let members) = json else {
      throw .malformed("what the answer has at \(path) are no scores")
    }
    guard members.count == classNames.count else {
      throw .malformed(
        "the answer has \(members.count) scores for \(classNames.count) classes at \(path)")
    }
    var scores: [Float] = []
    for name in classNames {
      guard case .number(let number)? = members[name] else {
        throw .malformed("the answer lacks the score of a class at \(path)")
      }
      scores.append(Float(number))
    }
    return scores
  }
}

extension AnswerDescription: CustomStringConvertible {
  /// For people, and to tell whether a journal's answers were read the same way.
  var description: String {
    let parts = [("items", items), ("label", label), ("scores", scores)]
      .compactMap { name, path in path.map { "\(name) at \($0)" } }
    // Older journals hold what was read otherwise.
    return (parts + (named == nil ? [] : ["numbers are names"])).joined(separator: ", ")
  }
}
