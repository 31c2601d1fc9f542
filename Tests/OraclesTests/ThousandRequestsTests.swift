import Foundation
import Synchronization
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

extension EngineTests {
  /// A thousand pictures and more requests, with every fault mixed among the right answers.
  @Suite struct ThousandRequestsTests {
    /// What a request meets, by its number: a right answer, a fault that passes, or one that ends a run.
    private static func reply(to request: FaultyServer.Request, number: Int) -> FaultyServer.Reply {
      let answer = brightAnswer(to: request.body)
      let bytes = Data(answer.utf8)
      var numbers = RandomKey(seed: 11).part("request \(number)").makeNumbers()
      switch Int.random(in: 0..<400, using: &numbers) {
      case 0..<20: return .answer(500, Data("broken".utf8))
      case 20..<40: return .answer(503, headers: ["Retry-After": "0"], Data(count: 5000))
      case 40..<60: return .answer(429, headers: ["Retry-After": "0"], Data())
      case 60: return .answer(429, headers: ["Retry-After": "1"], Data())
      case 61..<80: return .reset
      case 80..<100: return .cutOff(bytes.dropLast(3))
      case 100..<108: return .silence
      case 108..<116: return .drip(bytes, seconds: 0.02)
      case 116..<126: return .drip(bytes, seconds: 0)
      // The second answer must not pass for that to the next question.
      case 126..<146: return .twice(bytes)
      case 146: return .json(String(answer.dropLast(3)))
      case 147: return .json("[]")
      case 148: return .json("[\(answer.dropFirst().dropLast()), \(answer.dropFirst())")
      case 149: return .json(answer.replacingOccurrences(of: "]}", with: ", 0]}"))
      case 150: return .json(answer.replacingOccurrences(of: "2", with: "NaN"))
      case 151: return .json(answer.replacingOccurrences(of: "2", with: "1e400"))
      case 152: return .json(answer.replacingOccurrences(of: "2", with: "null"))
      case 153: return .json(answer.replacingOccurrences(of: "l\": ", with: "l\": 7"))
      case 154: return .answer(200, Data(repeating: 32, count: 10_001))
      case 155: return .answer(429, headers: ["Retry-After": "3600"], Data())
      case 156: return .answer(401, Data("the key top-secret\nis wrong".utf8))
      case 157: return .answer(200, Data("<html>top-secret</html>".utf8))
      default: return .json(answer)
      }
    }

    private func oracle(on server: FaultyServer, journal: String) throws -> BudgetedOracle {
      var settings = HTTPSettings.quick
      settings.retries = 12
      settings.maximumAnswerBytes = 10_000
      settings.requestTimeout = 0.12
      let endpoint = try DescribedEndpoint(
        "headers: {Authorization: Bearer top-secret}\n" + brightDescription(server.address),
        named: "o.yaml", environment: [:])
      let model = DescribedOracle(endpoint, settings: settings)
      return BudgetedOracle(
        model, budget: QueryBudget(),
        journal: try QueryJournal(continuing: journal, with: QuerySetup(of: model)))
    }

    private static func labels(
      of images: Tensor, from oracle: BudgetedOracle
    ) -> Result<[Int], OracleError> {
      do {
        return .success(try oracle.labels(of: images).integers())
      } catch {
        return .failure(error)
      }
    }

    /// Each run ends well or with one sentence, and the next goes on; no label is ever wrong.
    @Test func faultsStopRunsButNeverLeadToAWrongLabel() throws {
      let server = try FaultyServer { Self.reply(to: $0, number: $1) }
      defer { server.end() }
      let file = TemporaryFile()
      let (images, truth) = BrightModel.pictures(1000)
      var sentences: Set<String> = []
      var runs = 0
      var start = 0
      while start < 1000 {
        runs += 1
        try #require(runs < 200, "\(sentences)")
        // A new exchange each time, as a new process would have it.
        let oracle = try oracle(on: server, journal: file.path)
        let part = start..<(start + 100)
        switch Self.labels(of: images[part], from: oracle) {
        case .success(let labels):
          #expect(labels == Array(truth[part]))
          start += 100
        case .failure(let error):
          sentences.insert(
            error.description.replacingOccurrences(of: server.address, with: "SERVICE"))
        }
      }
      #expect(server.requestCount > 1000)
      #expect(sentences.count >= 8, "\(sentences)")
      for sentence in sentences {
        #expect(sentence.hasPrefix("SERVICE"), "\(sentence)")
        #expect(!sentence.contains("\n") && !sentence.contains("top-secret"), "\(sentence)")
      }
      try compare(file.path, server, images, truth)
    }

    /// Compares every answer of a journal with what the service should have said.
    private func compare(
      _ path: String, _ server: FaultyServer, _ images: Tensor, _ truth: [Int]
    ) throws {
      let endpoint = try DescribedEndpoint(
        "headers: {Authorization: Bearer top-secret}\n" + brightDescription(server.address),
        named: "o.yaml", environment: [:])
      let model = DescribedOracle(endpoint, settings: .quick)
      let journal = try QueryJournal(continuing: path, with: QuerySetup(of: model))
      let pictures = try model.encoding.encoded(images)
      var answered = 0
      for (picture, label) in zip(pictures, truth) {
        guard let answer = try journal.answer(to: QueryDigest(of: picture, to: model.identity))
        else { continue }
        answered += 1
        #expect(answer.label == label)
        #expect(answer.scores == (0..<3).map { $0 == label ? 2 : -1 })
      }
      #expect(answered == 1000)
    }
  }
}
