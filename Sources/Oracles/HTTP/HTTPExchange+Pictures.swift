import ThreatModels

extension HTTPExchange {
  /// Asks about pictures, some in each request.
  ///
  /// - Parameters:
  ///   - pictures: each is one query.
  ///   - atOnce: how many go into a request at most.
  ///   - question: the request for some pictures.
  ///   - answers: what a service's answer to a request says of so many pictures.
  ///   - sending: told of pictures before they are sent.
  ///   - receive: told of answers as they come, and of pictures that may have been delivered and got none.
  func ask(
    about pictures: [EncodedPicture], atOnce: Int,
    question: ([EncodedPicture]) throws(OracleError) -> HTTPQuestion,
    answers: (HTTPAnswer, Int) throws(OracleError) -> [Answer], send sending: QuestionSender,
    receive: AnswerReceiver
  ) throws(OracleError) {
    var groups: [Range<Int>] = []
    var questions: [HTTPQuestion] = []
    for start in stride(from: 0, to: pictures.count, by: atOnce) {
      let group = start..<min(start + atOnce, pictures.count)
      groups.append(group)
      questions.append(try question(Array(pictures[group])))
    }
    try send(questions) { (place) throws(OracleError) in
      try sending(Array(groups[place]))
    } receive: { (place, answer) throws(OracleError) in
      let group = Array(groups[place])
      let found: [Answer]
      do throws(OracleError) {
        found = try answers(answer, group.count)
        guard found.count == group.count else {
          throw .malformed(
            "the answer holds \(found.count) predictions for \(group.count) pictures")
        }
      } catch {
        try receive(group, nil)
        throw said(error, by: questions[place])
      }
      try receive(group, found)
    } lost: { (place) throws(OracleError) in
      try receive(Array(groups[place]), nil)
    }
  }

  /// An error without secrets, and with the address of who said what is no answer.
  func said(_ error: OracleError, by question: HTTPQuestion) -> OracleError {
    guard case .malformed(let sentence) = secrets.removed(from: error) else {
      return secrets.removed(from: error)
    }
    return .malformed("\(secrets.shown(question.url)): \(sentence)")
  }
}
