import Synchronization
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
    var rest = [pictures.indices]
    var isFirst = true
    while !rest.isEmpty {
      let size = min(atOnce, state.withLock(\.mostPictures))
      let groups = rest.flatMap { range in
        stride(from: range.lowerBound, to: range.upperBound, by: size).map {
          $0..<min($0 + size, range.upperBound)
        }
      }
      let questions = try groups.map { group throws(OracleError) in
        var question = try question(Array(pictures[group]))
        question.isDivisible = group.count > 1
        return question
      }
      rest = []
      try send(questions) { (place) throws(OracleError) in
        if isFirst { try sending(Array(groups[place])) }
      } receive: { (place, answer) throws(OracleError) in
        if answer.status == 413 { return rest.append(groups[place]) }
        try hand(on: answer, to: questions[place], about: Array(groups[place]), answers, receive)
      } lost: { (place) throws(OracleError) in
        try receive(Array(groups[place]), nil)
      }
      isFirst = false
      if let refused = rest.map(\.count).min() {
        state.withLock { $0.mostPictures = min($0.mostPictures, (refused + 1) / 2) }
      }
    }
  }

  /// Hands on what an answer says about pictures at some places.
  private func hand(
    on answer: HTTPAnswer, to question: HTTPQuestion, about places: [Int],
    _ answers: (HTTPAnswer, Int) throws(OracleError) -> [Answer], _ receive: AnswerReceiver
  ) throws(OracleError) {
    let found: [Answer]
    do throws(OracleError) {
      found = try answers(answer, places.count)
      guard found.count == places.count else {
        throw .malformed(
          "the answer holds \(found.count) predictions for \(places.count) pictures")
      }
    } catch {
      try receive(places, nil)
      throw said(error, by: question)
    }
    try receive(places, found)
  }

  /// An error without secrets, and with the address of who said what is no answer.
  func said(_ error: OracleError, by question: HTTPQuestion) -> OracleError {
    guard case .malformed(let sentence) = secrets.removed(from: error) else {
      return secrets.removed(from: error)
    }
    return .malformed("\(secrets.shown(question.url)): \(sentence)")
  }
}
