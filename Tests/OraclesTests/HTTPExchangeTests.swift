import Foundation
import Synchronization
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

extension HTTPSettings {
  /// Settings under which failures are over soon.
  static var quick: HTTPSettings {
    var settings = HTTPSettings(key: RandomKey(seed: 1))
    settings.firstDelay = 0.001
    settings.longestDelay = 2
    settings.retries = 3
    return settings
  }
}

@Suite(.serialized) struct HTTPExchangeTests {
  private func answer(
    _ settings: HTTPSettings = .quick, secrets: [String] = [], path: String = "/x?key=hush",
    _ handler: @escaping @Sendable (FaultyServer.Request, Int) -> FaultyServer.Reply
  ) throws -> (body: String, requests: Int, retries: Int) {
    let server = try FaultyServer(handler)
    defer { server.end() }
    let exchange = HTTPExchange(settings, secrets: secrets)
    let question = HTTPQuestion(
      url: try URL(ofService: server.address + path), headers: [("Authorization", "Bearer hush")],
      body: Array("question".utf8))
    let answer = try exchange.send(question)
    return (
      String(decoding: answer.body, as: UTF8.self), server.requestCount, exchange.retryCount
    )
  }

  /// The sentence of the error that a server's behaviour leads to.
  private func sentence(
    _ settings: HTTPSettings = .quick, secrets: [String] = ["hush"],
    _ handler: @escaping @Sendable (FaultyServer.Request, Int) -> FaultyServer.Reply
  ) -> String {
    do {
      _ = try answer(settings, secrets: secrets, handler)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func sendsWhatItIsGiven() throws {
    let seen = Mutex<FaultyServer.Request?>(nil)
    let (body, _, _) = try answer { request, _ in
      seen.withLock { $0 = request }
      return .json("[1]")
    }
    #expect(body == "[1]")
    let request = seen.withLock(\.self)
    #expect(request?.method == "POST" && request?.path == "/x?key=hush")
    #expect(request?.headers["authorization"] == "Bearer hush")
    #expect(request.map { String(decoding: $0.body, as: UTF8.self) } == "question")
  }

  @Test func passingFaultsAreRepeated() throws {
    let faults: [FaultyServer.Reply] = [
      .answer(500, Data("oops".utf8)), .reset, .answer(429, headers: ["Retry-After": "0"], Data()),
    ]
    let (body, requests, retries) = try answer { _, number in
      number < faults.count ? faults[number] : .json("[2]")
    }
    #expect(body == "[2]" && requests == 4 && retries == 3)
  }

  @Test func givesUpWithASentence() {
    #expect(
      sentence { _, _ in .answer(503, Data("busy, hush\u{7}".utf8)) }.hasSuffix(
        "/x?key=… gave no answer in 4 tries: it answers 503 Service Unavailable: busy, …\u{FFFD}"))
    #expect(sentence { _, _ in .reset }.contains("gave no answer in 4 tries: the connection"))
  }

  @Test func waitsAsLongAsItIsAsked() throws {
    let start = ContinuousClock.now
    _ = try answer { _, number in
      number == 0 ? .answer(429, headers: ["Retry-After": "1"], Data()) : .json("[]")
    }
    #expect(ContinuousClock.now - start >= .seconds(1))
    #expect(
      sentence { _, _ in .answer(429, headers: ["Retry-After": "3600"], Data()) }
        .contains("asks to be left alone for 3600 s, which is more than 2 s"))
  }

  @Test func aRefusalIsNotRepeated() throws {
    let count = Mutex(0)
    let sentence = sentence { _, _ in
      count.withLock { $0 += 1 }
      return .answer(401, Data("the key hush\nis wrong".utf8))
    }
    #expect(
      sentence.hasSuffix("/x?key=… refuses the request: 401 Unauthorized: the key … is wrong"))
    #expect(count.withLock(\.self) == 1)
  }

  @Test func silenceAndDripsEndInTime() {
    var settings = HTTPSettings.quick
    settings.requestTimeout = 0.2
    settings.retries = 1
    #expect(sentence(settings) { _, _ in .silence }.hasSuffix("in 2 tries: no answer in time"))
    #expect(
      sentence(settings) { _, _ in .drip(Data(repeating: 32, count: 1000), seconds: 0.02) }
        .hasSuffix("in 2 tries: no answer in time"))
  }

  @Test func answersThatAreTooLongOrCutOff() {
    var settings = HTTPSettings.quick
    settings.maximumAnswerBytes = 1000
    #expect(
      sentence(settings) { _, _ in .answer(200, Data(count: 1001)) }
        .hasSuffix("answers with more than 1000 bytes"))
    #expect(sentence { _, _ in .cutOff(Data("[1, 2".utf8)) }.contains("gave no answer in 4 tries"))
  }

  @Test func redirectionsStayAtHome() throws {
    let (body, requests, _) = try answer { request, _ in
      request.path == "/moved"
        ? .json(String(decoding: request.body, as: UTF8.self))
        : .answer(307, headers: ["Location": "/moved"], Data())
    }
    #expect(body == "question" && requests == 2)
    #expect(
      sentence { _, _ in .answer(307, headers: ["Location": "http://example.com/y?token=1"], Data())
      }
      .contains("redirects to another host, http://example.com/y?token=…"))
    #expect(
      sentence { _, _ in .answer(302, headers: ["Location": "/login"], Data()) }.contains(
        "has moved to"))
    #expect(
      sentence { _, _ in .answer(308, headers: ["Location": "/x"], Data()) }.contains(
        "redirects in circles")
    )
  }

  @Test func nobodyIsThere() throws {
    let server = try FaultyServer { _, _ in .silence }
    server.end()
    let exchange = HTTPExchange(.quick)
    let question = HTTPQuestion(url: try URL(ofService: server.address))
    let error = #expect(throws: OracleError.self) { try exchange.send(question) }
    #expect(
      error?.description
        == "\(server.address) gave no answer in 4 tries: the connection failed: Connection refused")
  }

  @Test func noMoreAtATimeThanAllowed() throws {
    let flying = Mutex((now: 0, most: 0))
    let server = try FaultyServer { request, _ in
      flying.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      Thread.sleep(forTimeInterval: 0.005)
      flying.withLock { $0.now -= 1 }
      return .json(String(decoding: request.body, as: UTF8.self))
    }
    defer { server.end() }
    var settings = HTTPSettings.quick
    settings.concurrency = 3
    let url = try URL(ofService: server.address)
    let questions = (0..<60).map { HTTPQuestion(url: url, body: Array("\($0)".utf8)) }
    var answers: [Int: String] = [:]
    try HTTPExchange(settings).send(questions) { place, answer throws(OracleError) in
      answers[place] = String(decoding: answer.body, as: UTF8.self)
    }
    #expect(answers == Dictionary(uniqueKeysWithValues: (0..<60).map { ($0, "\($0)") }))
    #expect((1...3).contains(flying.withLock(\.most)))
  }

  /// Exchanges that end while servers close connections once brought the process down.
  @Test func manyShortExchangesEndWell() throws {
    for round in 0..<500 {
      let server = try FaultyServer { _, number in
        number % 5 == 4 ? .answer(401, Data("no".utf8)) : .json("[]")
      }
      let url = try URL(ofService: server.address)
      let questions = (0..<12).map { number in
        HTTPQuestion(url: url, body: Array(repeating: 65, count: 20_000 * (1 + number % 3)))
      }
      var settings = HTTPSettings.quick
      settings.concurrency = 1 + round % 6
      var answers = 0
      #expect(throws: OracleError.self) {
        try HTTPExchange(settings).send(questions) { (_, _) throws(OracleError) in answers += 1 }
      }
      #expect(answers < questions.count)
      server.end()
    }
  }

  @Test func datesOfRetryAfter() {
    let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT
    #expect(RetryAfter.seconds("120", now: now) == 120)
    #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:50:07 GMT", now: now) == 30)
    #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:00:00 GMT", now: now) == 0)
    for text in ["", "-1", "soon", "1.5", "06 Nov 1994"] {
      #expect(RetryAfter.seconds(text, now: now) == nil, "\(text)")
    }
  }

  /// A rate that is next to nothing makes the next request wait, and does no more harm.
  @Test func theLeastRate() throws {
    var settings = HTTPSettings.quick
    settings.requestsPerSecond = 1e-300
    #expect(try answer(settings) { _, _ in .json("[3]") }.body == "[3]")
  }
}
