import AsyncHTTPClient
import Foundation
import InferenceProtocol
import NIOHTTP1
import Synchronization
import TensorModule
import ThreatModels

/// One request on its way, or waiting to be sent.
struct Attempt {
  let question: HTTPQuestion
  let place: Int
  var number = 0
  var redirections = 0
  var due = ContinuousClock.now
  /// Whether the service may have got it before something failed.
  var mayBeDelivered = false
  /// Whether nothing has been sent yet.
  var isFirst: Bool { number == 0 && redirections == 0 }

  init(_ question: HTTPQuestion, place: Int) {
    self.question = question
    self.place = place
  }
}

/// What is to be done after a request.
enum Verdict {
  case answer(HTTPAnswer)
  case again(Attempt)
  case failure(OracleError)
}

extension HTTPExchange {
  /// What is to be done after what came of a request.
  func verdict(
    on outcome: Result<HTTPAnswer, any Error>, of attempt: Attempt
  ) -> Verdict {
    do throws(OracleError) {
      return try judgement(on: outcome, of: attempt)
    } catch {
      return .failure(error)
    }
  }

  private func judgement(
    on outcome: Result<HTTPAnswer, any Error>, of attempt: Attempt
  ) throws(OracleError) -> Verdict {
    let address = secrets.shown(attempt.question.url)
    let answer: HTTPAnswer
    switch outcome {
    case .success(let found): answer = found
    case .failure(is ResponseAccumulator.ResponseTooBigError):
      throw .malformed(
        "\(address) answers with more than \(settings.maximumAnswerBytes) bytes")
    case .failure(let error):
      if let reason = ConnectionFault.lasting(error) { throw .refused("\(address): \(reason)") }
      return .again(
        try repeated(
          attempt, because: ConnectionFault.words(for: error, without: secrets), asked: nil))
    }
    switch answer.status {
    case 200..<300: return .answer(answer)
    case 413 where attempt.question.isDivisible: return .answer(answer)
    case 300..<400: return .again(try redirected(attempt, by: answer))
    case 408, 425, 429, 500..<600:
      let wish = answer.header("Retry-After").flatMap { RetryAfter.seconds($0, now: Date()) }
      return .again(
        try repeated(attempt, because: "it answers \(words(for: answer))", asked: wish))
    default: throw .refused("\(address) refuses the request: \(words(for: answer))")
    }
  }

  /// The same request after a wait.
  private func repeated(
    _ attempt: Attempt, because reason: String, asked wish: Double?
  ) throws(OracleError) -> Attempt {
    let address = secrets.shown(attempt.question.url)
    if attempt.number >= settings.retries {
      let times = attempt.number + 1
      throw .unavailable(
        "\(address) gave no answer in \(times) \(times == 1 ? "try" : "tries"): \(reason)")
    }
    if let wish, wish > settings.longestDelay {
      throw .unavailable(
        "\(address) asks to be left alone for \(Int(wish.rounded(.up))) s, which is more than "
          + "\(Int(settings.longestDelay)) s: \(reason)")
    }
    let usual = min(
      settings.firstDelay * Double(1 << min(attempt.number, 30)), settings.longestDelay)
    let share = state.withLock { state in
      state.retries += 1
      return Double.random(in: 0.5...1, using: &state.numbers)
    }
    var next = attempt
    next.number += 1
    next.due = .now + .seconds(max(usual * share, wish ?? 0))
    return next
  }

  /// The same request to where the service points, if that is the service itself.
  private func redirected(
    _ attempt: Attempt, by answer: HTTPAnswer
  ) throws(OracleError) -> Attempt {
    let question = attempt.question
    let address = secrets.shown(question.url)
    guard let location = answer.header("Location"),
      let target = URL(string: location, relativeTo: question.url)?.absoluteURL
    else { throw .refused("\(address) redirects to nowhere (status \(answer.status))") }
    let shown = secrets.shown(target).cleaned(upTo: 500)
    guard target.hasOrigin(of: question.url) else {
      throw .refused(
        "\(address) redirects to another host, \(shown): give that address if it is "
          + "to be asked")
    }
    // Other statuses would turn a question into one for a page.
    guard question.method == "GET" || answer.status == 307 || answer.status == 308 else {
      throw .refused(
        "\(address) has moved to \(shown) (status \(answer.status)): give that "
          + "address")
    }
    guard attempt.redirections < 3 else { throw .refused("\(address) redirects in circles") }
    var moved = question
    moved.url = target
    var next = Attempt(moved, place: attempt.place)
    next.number = attempt.number
    next.mayBeDelivered = attempt.mayBeDelivered
    next.redirections = attempt.redirections + 1
    return next
  }

  /// The status and the beginning of what a service says with it, on one line and without secrets.
  private func words(for answer: HTTPAnswer) -> String {
    let status = HTTPResponseStatus(statusCode: answer.status)
    let name = "\(answer.status) \(status.reasonPhrase)"
    let text = secrets.removed(from: String(decoding: answer.body.prefix(2000), as: UTF8.self))
    let words = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
    return words.isEmpty ? name : "\(name): \(words.cleaned(upTo: 200))"
  }
}
