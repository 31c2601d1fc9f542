import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import TensorModule
import ThreatModels

/// Requests to one service, with everything that keeps a long run going and a service unharmed.
///
/// Attacks wait for their answers, so the calling thread waits too; the network has threads of its own.
/// Requests that fail for a passing reason are repeated after waits that double, half of each random, or
/// after the time that the service asks for. Certificates are checked. A redirection is followed on the
/// same host alone. No header and no value of a query string is ever part of an error.
final class HTTPExchange: Sendable {
  /// How often requests have been repeated so far.
  var retryCount: Int { state.withLock(\.retries) }
  let settings: HTTPSettings
  private let client: HTTPClient
  /// Where requests and connections are worked on.
  ///
  /// With one loop for both no connection can be closed
  /// between the end of a request and the client's taking note of it, which the client does not survive
  /// (async-http-client 1.37.0: “A connection that we don't know was released?”).
  private let loop: any EventLoop
  /// Texts that no sentence may hold.
  private let secrets: [String]
  private let state: Mutex<State>

  private struct State {
    var retries = 0
    var nextStart = ContinuousClock.now
    var numbers: RandomNumbers
  }

  /// An exchange that has sent nothing yet.
  ///
  /// - Parameters:
  ///   - settings: patience and limits.
  ///   - secrets: what must not be repeated to anybody, should the service do so.
  init(_ settings: HTTPSettings, secrets: [String] = []) {
    self.settings = settings
    // A service that repeats a header may leave out its scheme, such as “Bearer”.
    let words = secrets.flatMap { $0.split(separator: " ").dropFirst().map(String.init) }
    self.secrets =
      secrets.filter { !$0.isEmpty } + words.filter { $0.count >= 4 }
    state = Mutex(State(numbers: settings.key.part("HTTP").makeNumbers()))
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .milliseconds(Int64(settings.connectTimeout * 1000))
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.concurrency
    // The exchange repeats requests itself, and counts how often.
    configuration.connectionPool.retryConnectionEstablishment = false
    if !settings.trusted.isEmpty {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.additionalTrustRoots = [.certificates(settings.trusted)]
      configuration.tlsConfiguration = tls
    }
    let loops = HTTPClient.defaultEventLoopGroup
    loop = loops.next()
    client = HTTPClient(eventLoopGroupProvider: .shared(loops), configuration: configuration)
  }

  deinit {
    // Nothing is on its way any more, and nobody could be told of a failure.
    try? client.syncShutdown()
  }

  /// Sends requests and waits for the answers.
  ///
  /// - Parameters:
  ///   - questions: are sent in their order, as many at a time as the settings say.
  ///   - sending: told of the place of each request right before it is sent for the first time.
  ///   - receive: told of each answer with a status of 200…299 as it comes, with the place of its
  ///     request, on the calling thread.
  /// - Throws: the first failure, after requests that were on their way have come to an end and their
  ///   answers have been handed on: `OracleError.unavailable`, `OracleError.refused`, or what `sending`
  ///   or `receive` throws.
  func send(
    _ questions: [HTTPQuestion], sending: (Int) throws(OracleError) -> Void = { _ in },
    receive: (Int, HTTPAnswer) throws(OracleError) -> Void
  ) throws(OracleError) {
    let mailbox = HTTPMailbox()
    var waiting = questions.enumerated().map { Attempt($1, place: $0) }
    var flying: [Int: Attempt] = [:]
    var failure: OracleError?
    while true {
      if failure != nil { waiting = [] }
      var pause: Double?
      do {
        pause = try start(&waiting, &flying, mailbox, sending)
      } catch {
        failure = failure ?? error
        continue
      }
      if flying.isEmpty && waiting.isEmpty { break }
      for letter in mailbox.take(waiting: pause) {
        guard let attempt = flying.removeValue(forKey: letter.place) else { continue }
        do {
          switch try verdict(on: letter.outcome, of: attempt) {
          case .answer(let answer): try receive(attempt.place, answer)
          case .again(let next): waiting.append(next)
          }
        } catch {
          failure = failure ?? error
        }
      }
    }
    if let failure { throw failure }
  }

  /// Sends one request and waits for the answer.
  func send(_ question: HTTPQuestion) throws(OracleError) -> HTTPAnswer {
    var result: HTTPAnswer?
    try send([question]) { (_, answer) throws(OracleError) in result = answer }
    guard let result else { preconditionFailure("neither an answer nor an error") }
    return result
  }

  /// Starts what is due.
  ///
  /// - Returns: how long nothing more is to be started, in seconds; nothing if an answer must come first.
  private func start(
    _ waiting: inout [Attempt], _ flying: inout [Int: Attempt], _ mailbox: HTTPMailbox,
    _ sending: (Int) throws(OracleError) -> Void
  ) throws(OracleError) -> Double? {
    while flying.count < settings.concurrency {
      guard let place = waiting.indices.min(by: { waiting[$0].due < waiting[$1].due }) else {
        return nil
      }
      let now = ContinuousClock.now
      let due = max(waiting[place].due, state.withLock(\.nextStart))
      if due > now { return (due - now) / .seconds(1) }
      if let rate = settings.requestsPerSecond {
        state.withLock { $0.nextStart = now + .seconds(1 / rate) }
      }
      let attempt = waiting.remove(at: place)
      if attempt.isFirst { try sending(attempt.place) }
      flying[attempt.place] = attempt
      launch(attempt, mailbox)
    }
    return nil
  }

  private func launch(_ attempt: Attempt, _ mailbox: HTTPMailbox) {
    let place = attempt.place
    let question = attempt.question
    do {
      var request = try HTTPClient.Request(
        url: question.url, method: HTTPMethod(rawValue: question.method))
      for header in question.headers { request.headers.add(name: header.name, value: header.value) }
      if !question.body.isEmpty { request.body = .bytes(question.body) }
      let delegate = ResponseAccumulator(
        request: request, maxBodySize: settings.maximumAnswerBytes)
      let deadline = NIODeadline.now() + .milliseconds(Int64(settings.requestTimeout * 1000))
      client.execute(
        request: request, delegate: delegate, eventLoop: .delegateAndChannel(on: loop),
        deadline: deadline
      ).futureResult
        .whenComplete { result in
          let outcome = result.map { response in
            HTTPAnswer(
              status: Int(response.status.code),
              headers: response.headers.map { (name: $0.name, value: $0.value) },
              body: response.body.map { Array($0.readableBytesView) } ?? [])
          }
          mailbox.leave(.init(place: place, outcome: outcome))
        }
    } catch {
      mailbox.leave(.init(place: place, outcome: .failure(error)))
    }
  }
}

/// One request on its way, or waiting to be sent.
private struct Attempt {
  let question: HTTPQuestion
  let place: Int
  var number = 0
  var redirections = 0
  var due = ContinuousClock.now
  /// Whether nothing has been sent yet.
  var isFirst: Bool { number == 0 && redirections == 0 }

  init(_ question: HTTPQuestion, place: Int) {
    self.question = question
    self.place = place
  }
}

/// What is to be done after a request.
private enum Verdict {
  case answer(HTTPAnswer)
  case again(Attempt)
}

extension HTTPExchange {
  private func verdict(
    on outcome: Result<HTTPAnswer, any Error>, of attempt: Attempt
  ) throws(OracleError) -> Verdict {
    let address = attempt.question.url.withoutSecrets
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
          attempt, because: ConnectionFault.words(for: error, without: withoutSecrets), asked: nil))
    }
    switch answer.status {
    case 200..<300: return .answer(answer)
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
    let address = attempt.question.url.withoutSecrets
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
    let address = question.url.withoutSecrets
    guard let location = answer.header("Location"),
      let target = URL(string: location, relativeTo: question.url)?.absoluteURL
    else { throw .refused("\(address) redirects to nowhere (status \(answer.status))") }
    guard target.hasOrigin(of: question.url) else {
      throw .refused(
        "\(address) redirects to another host, \(target.withoutSecrets): give that address if it is "
          + "to be asked")
    }
    // Other statuses would turn a question into one for a page.
    guard question.method == "GET" || answer.status == 307 || answer.status == 308 else {
      throw .refused(
        "\(address) has moved to \(target.withoutSecrets) (status \(answer.status)): give that "
          + "address")
    }
    guard attempt.redirections < 3 else { throw .refused("\(address) redirects in circles") }
    var moved = question
    moved.url = target
    var next = Attempt(moved, place: attempt.place)
    next.number = attempt.number
    next.redirections = attempt.redirections + 1
    return next
  }

  /// The status and the beginning of what a service says with it, on one line and without secrets.
  private func words(for answer: HTTPAnswer) -> String {
    let status = HTTPResponseStatus(statusCode: answer.status)
    let name = "\(answer.status) \(status.reasonPhrase)"
    let text = withoutSecrets(String(decoding: answer.body.prefix(2000), as: UTF8.self))
    let words = text.split { $0.isWhitespace || $0.isNewline }
      .map {
        $0.filter { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
      }
      .joined(separator: " ")
    if words.isEmpty { return name }
    return "\(name): \(words.count > 200 ? words.prefix(200) + "…" : words)"
  }

  private func withoutSecrets(_ text: String) -> String {
    secrets.reduce(text) { $0.replacingOccurrences(of: $1, with: "…") }
  }
}
