import Foundation
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

extension EngineTests {
  /// What counts against the budget when no answer comes.
  @Suite struct DeliveryTests {
    private let images = BrightModel.pictures(1).images

    private func oracle(
      on address: String, journal: TemporaryFile, retries: Int = 1
    ) throws -> BudgetedOracle {
      var settings = HTTPSettings.quick
      settings.requestTimeout = 0.1
      settings.maximumAnswerBytes = 1000
      settings.retries = retries
      let endpoint = try DescribedEndpoint(
        brightDescription(address), named: "o.yaml", environment: [:])
      let model = DescribedOracle(endpoint, settings: settings)
      return BudgetedOracle(
        model, budget: QueryBudget(limit: 1),
        journal: try QueryJournal(continuing: journal.path, with: QuerySetup(of: model)))
    }

    /// Replies after which nobody knows whether the question was answered, and will be billed.
    private static let doubtful: [[FaultyServer.Reply]] = [
      [.silence], [.reset], [.cutOff(Data("[".utf8))], [.answer(200, Data(count: 1001))],
      [.drip(Data(count: 900), seconds: 0.05)],
      // What came first remains in doubt.
      [.silence, .answer(429, headers: ["Retry-After": "0"], Data())],
      [.reset, .answer(400, Data())],
    ]

    @Test(arguments: doubtful.indices) func whatMayHaveBeenDeliveredCounts(number: Int) throws {
      let replies = Self.doubtful[number]
      let server = try FaultyServer { _, number in replies[min(number, replies.count - 1)] }
      defer { server.end() }
      let journal = TemporaryFile()
      do {
        let oracle = try oracle(on: server.address, journal: journal)
        #expect(throws: OracleError.self) { try oracle.labels(of: images) }
        // Repeated, and one question all the same.
        #expect(oracle.statistics.asked == 1)
      }
      let requests = server.requestCount
      #expect(requests <= 2)
      let oracle = try oracle(on: server.address, journal: journal)
      #expect(throws: OracleError.budgetSpent(asked: 1, limit: 1)) {
        try oracle.labels(of: images)
      }
      #expect(server.requestCount == requests)
    }

    @Test(arguments: [400, 401, 429, 503, 307]) func aRefusalIsTakenBack(status: Int) throws {
      let server = try FaultyServer { _, _ in
        .answer(status, headers: ["Retry-After": "0", "Location": "http://example.com/"], Data())
      }
      defer { server.end() }
      let oracle = try oracle(on: server.address, journal: TemporaryFile())
      #expect(throws: OracleError.self) { try oracle.labels(of: images) }
      #expect(oracle.statistics.asked == 0)
    }

    @Test func whatNobodyCouldReceiveIsTakenBack() throws {
      let server = try FaultyServer { _, _ in .silence }
      server.end()
      let oracle = try oracle(on: server.address, journal: TemporaryFile())
      #expect(throws: OracleError.self) { try oracle.labels(of: images) }
      #expect(oracle.statistics.asked == 0)
    }

    /// Questions that wait to be repeated when another one ends the run.
    @Test func whatWaitedToBeRepeatedCounts() throws {
      let server = try FaultyServer { _, number in
        if number > 0 { Thread.sleep(forTimeInterval: 0.05) }
        return number == 0 ? .reset : .answer(400, Data())
      }
      defer { server.end() }
      var settings = HTTPSettings.quick
      settings.firstDelay = 1
      let url = try URL(ofService: server.address)
      let questions = (0..<2).map { HTTPQuestion(url: url, body: Array("\($0)".utf8)) }
      var lost: [Int] = []
      #expect(throws: OracleError.self) {
        try HTTPExchange(settings).send(questions) { (_, _) throws(OracleError) in
        } lost: { (place) throws(OracleError) in
          lost.append(place)
        }
      }
      #expect(lost.count == 1)
    }
  }
}
