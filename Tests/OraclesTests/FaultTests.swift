import Foundation
import Synchronization
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

/// How a described service of these tests is asked: bytes in, scores out.
func brightDescription(_ address: String, batch: Int = 1) -> String {
  """
  url: \(address)
  shape: 3x4x4
  classCount: 3
  json: '[{{items}}]'
  item: '{{byte_array}}'
  batch: \(batch)
  answer: {items: $, label: label, scores: scores, kind: logits}
  """
}

/// The right answer to a request of ``brightDescription(_:batch:)``.
func brightAnswer(to body: Data) -> String {
  let pictures = (try? JSONDecoder().decode([[[[UInt8]]]].self, from: body)) ?? []
  let answers = pictures.map { picture in
    let bytes = picture.flatMap { $0.flatMap(\.self) }
    let label = BrightModel.label(ofBytes: bytes)
    let scores = (0..<3).map { $0 == label ? 2 : -1 }
    return "{\"label\": \(label), \"scores\": \(scores)}"
  }
  return "[\(answers.joined(separator: ","))]"
}

extension EngineTests {
  /// A service that fails in every way, and what is recorded of it.
  @Suite struct FaultTests {
    private static let settings = {
      var settings = HTTPSettings.quick
      settings.retries = 8
      settings.maximumAnswerBytes = 10_000
      return settings
    }()

    private func oracle(
      on server: FaultyServer, batch: Int, journal: String? = nil, timeout: Double = 0.25
    ) throws -> BudgetedOracle {
      var settings = Self.settings
      settings.requestTimeout = timeout
      let endpoint = try DescribedEndpoint(
        brightDescription(server.address, batch: batch), named: "o.yaml", environment: [:])
      let model = DescribedOracle(endpoint, settings: settings)
      return BudgetedOracle(
        model, budget: QueryBudget(),
        journal: try QueryJournal(continuing: journal, with: QuerySetup(of: model)))
    }

    /// Every third request or so meets a fault that passes; the run comes to its end all the same.
    @Test func passingFaultsLeadToNoWrongLabel() throws {
      let server = try FaultyServer { request, number in
        let answer = brightAnswer(to: request.body)
        switch number % 23 {
        case 2: return .answer(500, Data("broken".utf8))
        case 5: return .reset
        case 8: return .answer(429, headers: ["Retry-After": "0"], Data())
        case 11: return .cutOff(Data(answer.utf8.dropLast()))
        case 14: return .answer(503, Data(repeating: 65, count: 5000))
        case 17: return number % 5 == 0 ? .silence : .json(answer)
        case 20: return number % 5 == 0 ? .drip(Data(answer.utf8), seconds: 0.05) : .json(answer)
        default: return .json(answer)
        }
      }
      defer { server.end() }
      let (images, labels) = BrightModel.pictures(400)
      let oracle = try oracle(on: server, batch: 1)
      #expect(try oracle.labels(of: images).integers() == labels)
      #expect(oracle.statistics.asked == 400)
      #expect(server.requestCount > 400)
    }

    /// An answer that ends too early is HTTP, and no reason to suspect TLS.
    @Test func anAnswerThatIsCutOff() throws {
      let server = try FaultyServer { _, _ in .cutOff(Data("[".utf8)) }
      defer { server.end() }
      let oracle = try oracle(on: server, batch: 1)
      let error = #expect(throws: OracleError.self) {
        try oracle.labels(of: BrightModel.pictures(1).images)
      }
      #expect(
        error?.description.hasSuffix("tries: the answer was cut off") == true,
        "\(String(describing: error))")
    }

    /// Faults that do not pass.
    enum Lasting: CaseIterable {
      case truncatedJSON, wrongCount, wrongShape, nan, wrongLabel, oversized, refusal, redirection

      /// The reply instead of a right answer.
      func reply(to answer: String) -> FaultyServer.Reply {
        switch self {
        case .truncatedJSON: .json(String(answer.dropLast()))
        case .wrongCount: .json("[{\"label\": 0, \"scores\": [2, -1, -1]}]")
        case .wrongShape: .json(answer.replacingOccurrences(of: "]}", with: ", 0]}"))
        case .nan: .json(answer.replacingOccurrences(of: "2", with: "NaN"))
        case .wrongLabel:
          .json(answer.replacingOccurrences(of: "\"label\": ", with: "\"label\": 7"))
        case .oversized: .answer(200, Data(repeating: 32, count: 10_001))
        case .refusal: .answer(400, Data("no".utf8))
        case .redirection: .answer(307, headers: ["Location": "http://example.com/"], Data())
        }
      }
    }

    /// The run stops with a sentence; the next one asks what was not answered, and nothing else.
    @Test(arguments: Lasting.allCases) func lastingFaultsStopTheRun(fault: Lasting) throws {
      let isBroken = Mutex(true)
      let answered = Mutex<[Data]>([])
      let server = try FaultyServer { request, number in
        let answer = brightAnswer(to: request.body)
        if isBroken.withLock(\.self), number >= 9 { return fault.reply(to: answer) }
        answered.withLock { $0.append(request.body) }
        return .json(answer)
      }
      defer { server.end() }
      let file = TemporaryFile()
      let (images, labels) = BrightModel.pictures(80)
      do {
        let oracle = try oracle(on: server, batch: 2, journal: file.path, timeout: 30)
        let error = #expect(throws: OracleError.self) { try oracle.labels(of: images) }
        #expect(
          error?.description.hasPrefix(server.address) == true, "\(String(describing: error))")
        // Nine requests were answered; a few more were on their way.
        #expect((18...26).contains(oracle.statistics.asked), "\(oracle.statistics)")
      }
      isBroken.withLock { $0 = false }
      let oracle = try oracle(on: server, batch: 2, journal: file.path, timeout: 30)
      #expect(try oracle.labels(of: images).integers() == labels)
      let bodies = answered.withLock(\.self)
      #expect(bodies.count == 40 && Set(bodies).count == 40)
    }
  }
}
