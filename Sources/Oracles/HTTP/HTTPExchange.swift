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
/// same host alone. No secret is ever part of an error.
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
  let secrets: Secrets
  let state: Mutex<State>

  struct State {
    var retries = 0
    var nextStart = ContinuousClock.now
    /// How many pictures the service takes at once, as far as it has refused more.
    var mostPictures = Int.max
    var numbers: RandomNumbers
  }

  /// An exchange that has sent nothing yet.
  ///
  /// - Parameters:
  ///   - settings: patience and limits.
  ///   - secrets: what must not be repeated to anybody, should the service do so.
  init(_ settings: HTTPSettings, secrets: [String] = []) {
    self.settings = settings
    self.secrets = Secrets(secrets + settings.secrets)
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
  ///   - receive: told of each answer as it comes, with the place of its request, on the calling thread.
  ///   - lost: told of the place of each request that may have been delivered and got no answer.
  /// - Throws: the first failure, after requests that were on their way have come to an end and their
  ///   answers have been handed on: `OracleError.unavailable`, `OracleError.refused`, or what `sending`
  ///   or `receive` throws.
  func send(
    _ questions: [HTTPQuestion], sending: (Int) throws(OracleError) -> Void = { _ in },
    receive: (Int, HTTPAnswer) throws(OracleError) -> Void,
    lost: (Int) throws(OracleError) -> Void = { _ in }
  ) throws(OracleError) {
    let mailbox = HTTPMailbox()
    var waiting = questions.enumerated().map { Attempt($1, place: $0) }
    var flying: [Int: Attempt] = [:]
    var failure: OracleError?
    while true {
      if failure != nil {
        for attempt in waiting where attempt.mayBeDelivered { try? lost(attempt.place) }
        waiting = []
      }
      var pause: Double?
      do {
        pause = try start(&waiting, &flying, mailbox, sending)
      } catch {
        failure = failure ?? error
        continue
      }
      if flying.isEmpty && waiting.isEmpty { break }
      for letter in mailbox.take(waiting: pause) {
        guard var attempt = flying.removeValue(forKey: letter.place) else { continue }
        if case .failure(let error) = letter.outcome, ConnectionFault.mayFollowDelivery(error) {
          attempt.mayBeDelivered = true
        }
        do {
          switch verdict(on: letter.outcome, of: attempt) {
          case .answer(let answer): try receive(attempt.place, answer)
          case .again(let next): waiting.append(next)
          case .failure(let error):
            failure = failure ?? error
            if attempt.mayBeDelivered { try lost(attempt.place) }
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
        state.withLock { $0.nextStart = now + .seconds(min(1 / rate, settings.longestPause)) }
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
